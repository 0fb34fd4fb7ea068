/** How the model came to its decision: each of its calls in a line, and below it what it asked to read. */
import { oneLine, plain, usd } from './table.js';
import { tellModelChoice } from './tell-model-choice.js';
import type { CycleView, ModelCallView, ToolUseView } from './views.js';

const HASH_WIDTH = 12;
const ERROR_WIDTH = 160;
const INPUT_WIDTH = 120;

export function tellTurns({ modelCalls, toolUses = [], steps }: CycleView): string {
  const calls = modelCalls.flatMap((call) => [
    tellCall(call),
    ...toolUses.filter((use) => isOf(call, use)).map(tellToolUse),
  ]);
  return (calls.length === 0 ? [] : [...tellModelChoice(steps), ...calls]).join('\n');
}

function tellCall(call: ModelCallView): string {
  const hashes = [call.promptHash, call.replyHash].map(shortHash).join(' → ');
  return [
    `${nameOf(call)}: ${plain(call.model)}, prompt ${call.promptId} ${call.promptVersion} (sha256 ${hashes})`,
    `${call.inputTokens} tokens in${tellCached(call)}, ${call.outputTokens} out, ${usd(call.cost)}${call.costIsEstimate === true ? ' at the most' : ''}`,
    call.error === null
      ? `ended as ${plain(call.stopReason ?? '–')}`
      : `${call.outcome === 'lost' ? 'lost' : 'failed'}: ${oneLine(call.error, ERROR_WIDTH)}`,
  ].join('; ');
}

/** `turn 2 (decision)`, `later look 1, turn 2 (decision)`, `triage`. */
function nameOf({ stage, turn = null, round = 0, purpose }: ModelCallView): string {
  const what = stage ?? purpose;
  const look = round === 0 ? '' : `later look ${round}, `;
  return turn === null ? what : `${look}turn ${turn} (${what})`;
}

function tellCached({ cacheReadTokens = 0, cacheWriteTokens = 0 }: ModelCallView): string {
  return [
    cacheReadTokens === 0 ? '' : ` + ${cacheReadTokens} from the cache`,
    cacheWriteTokens === 0 ? '' : ` + ${cacheWriteTokens} into it`,
  ].join('');
}

/** A turn that failed asked for nothing. */
function isOf({ turn = null, round = 0, error }: ModelCallView, { place }: ToolUseView): boolean {
  const look = round === 0 ? '' : `r${round}`;
  return turn !== null && error === null && place.startsWith(`${look}t${turn}.`);
}

function tellToolUse({ place, tool, input, answerHash, refused, items }: ToolUseView): string {
  const came = refused === null ? `${items.length} items` : `refused, ${oneLine(refused, ERROR_WIDTH)}`;
  return `  ${place} ${plain(tool)} ${oneLine(JSON.stringify(input), INPUT_WIDTH)}: ${came} (sha256 ${shortHash(answerHash)})`;
}

function shortHash(hash: string | null): string {
  return hash?.slice(0, HASH_WIDTH) ?? '–';
}
