/** What a trial's model reads with tools: what was read then, and nothing new. */
import type { RecordedCycle } from '../../audit/trials.js';
import { canonicalJson } from '../../domain/canonical-json.js';
import type { ToolAnswer } from '../../domain/turn.js';
import type { AskedTool } from '../../reasoning/read-reply.js';
import { readJson } from '../stored-json.js';
import type { TrialDeps } from './trial-deps.js';

/** The recorded answer to the same question; a question that nobody asked then is refused. */
export function recordedAnswers(
  { mirror }: Pick<TrialDeps, 'mirror'>,
  { tools }: Pick<RecordedCycle, 'tools'>,
): (asked: AskedTool) => Promise<ToolAnswer> {
  return async ({ name, input }) => {
    const wanted = canonicalJson(input);
    const found = tools.find((one) => one.tool === name && canonicalJson(one.input) === wanted);
    const answer = found === undefined ? null : await readJson(mirror, found.answerHash);
    return answer === null
      ? refusing(name, input, 'this is a replay: only what was read then can be read')
      : (answer as ToolAnswer);
  };
}

/** A scenario is all that there is. */
export async function nothingMore({ name, input }: AskedTool): Promise<ToolAnswer> {
  return refusing(name, input, 'there is nothing more to read');
}

function refusing(tool: string, input: unknown, refused: string): ToolAnswer {
  return { tool, input, items: [], omitted: [], refused };
}
