/** A prompt in other words, to see what they change. */
import type { TrialPrompt } from '../domain/trial.js';
import type { Prompt } from './prompt.js';

const HASH_SHOWN = 8;

/** What the other words leave out stays as it is. The version tells the two apart: `5.1+1f3a…`. */
export function inOtherWords(own: Prompt, { role, tasks }: TrialPrompt, hash: string): Prompt {
  return {
    id: own.id,
    version: `${own.version}+${hash.slice(0, HASH_SHOWN)}`,
    system: role ?? own.system,
    instruction: tasks[own.id] ?? own.instruction,
    terms: (maxActions) => own.terms(maxActions),
    build: (input) => own.build(input),
  };
}
