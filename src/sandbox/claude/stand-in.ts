/** What the stand-in answers where no script does: it reads the prompt, applies the rules, and fills the wanted form. */
import { at, isRecord, type JsonRecord, listAt, recordAt, textAt } from '../loose-json.js';
import { noAction, type StandInDecision } from './decision.js';
import { textBlock, toolUseBlock } from './message.js';
import { readPrompt } from './prompt.js';
import { decide } from './rules/index.js';

/** The tool whose result holds the context; the product gives it along with the request. */
const CONTEXT_TOOL = 'read_context';

/**
 * Content blocks for a request: a call of `read_context` where the request offers it and has no result yet, the
 * forced tool where one is forced, else one text block with the decision as JSON.
 */
export function standInReply(request: unknown): readonly JsonRecord[] {
  const prompt = readPrompt(request);
  const tools = listAt(request, 'tools').filter(isRecord);
  if (prompt === null && tools.some((tool) => tool.name === CONTEXT_TOOL)) {
    return [toolUseBlock(CONTEXT_TOOL, {})];
  }
  const decision =
    prompt === null
      ? noAction('The sandbox stand-in (not Claude) found no context in this request.')
      : decide(prompt);
  const forced = forcedTool(request, tools);
  return [
    forced === null
      ? textBlock(JSON.stringify(decision))
      : toolUseBlock(forced.name, inputFor(forced.schema, decision)),
  ];
}

interface ForcedTool {
  readonly name: string;
  readonly schema: JsonRecord;
}

function forcedTool(request: unknown, tools: readonly JsonRecord[]): ForcedTool | null {
  const choice = textAt(request, 'tool_choice', 'type');
  const tool =
    choice === 'tool'
      ? tools.find((candidate) => candidate.name === at(request, 'tool_choice', 'name'))
      : choice === 'any'
        ? (tools.find((candidate) => candidate.name !== CONTEXT_TOOL) ?? tools[0])
        : undefined;
  const name = textAt(tool, 'name');
  return name === null ? null : { name, schema: recordAt(tool, 'input_schema') };
}

/** The decision where the tool's schema has a place for it, else what an empty schema takes. */
function inputFor(schema: JsonRecord, decision: StandInDecision): JsonRecord {
  return at(schema, 'properties', 'actions') === undefined ? {} : { ...decision };
}
