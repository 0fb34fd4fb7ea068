/** Does something stand as it was seen? */
import type { Json } from '../canonical-json.js';
import { canonicalJson } from '../canonical-json.js';
import type { Standing } from './row.js';

export interface Drift {
  readonly member: string;
  readonly was: Json;
  readonly is: Json;
}

/** The members that were seen and stand differently now. Nothing that was seen: no drift. */
export function driftOf(seen: Standing | null, now: Standing): readonly Drift[] {
  return Object.entries(seen ?? {})
    .map(([member, was]): Drift => ({ member, was, is: now[member] ?? null }))
    .filter(({ was, is }) => canonicalJson(was) !== canonicalJson(is));
}

/** For a person: `the status is "Done", and was "To Do"`. */
export function driftSentence(drift: readonly Drift[]): string {
  return drift
    .map(({ member, was, is }) => `the ${member} is ${spelled(is)}, and was ${spelled(was)}`)
    .join('; ');
}

function spelled(value: Json): string {
  return value === null ? 'empty' : JSON.stringify(value);
}
