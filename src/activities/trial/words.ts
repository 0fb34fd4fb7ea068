/** The prompt that a case is asked with: the product's own, or that in the words of whoever asked for the trial. */
import type { TrialCase, TrialPrompt } from '../../domain/trial.js';
import { inOtherWords } from '../../reasoning/other-words.js';
import type { Prompt } from '../../reasoning/prompt.js';
import { readJson } from '../stored-json.js';
import type { TrialDeps } from './trial-deps.js';

export async function promptOf(
  { mirror }: Pick<TrialDeps, 'mirror'>,
  { promptHash }: TrialCase,
  own: Prompt,
): Promise<Prompt> {
  const words = promptHash === null ? null : await readJson(mirror, promptHash);
  return words === null || promptHash === null ? own : inOtherWords(own, words as TrialPrompt, promptHash);
}
