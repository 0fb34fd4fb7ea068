/** What a person found out about an effect of which nobody knew whether it was done. */
import type { ActionResult } from './cycle.js';

export type Finding = 'done' | 'not_done';

/** Under this name the API's note of it stands in the audit log. */
export const SETTLED_NOTE = 'effect.settled';

export interface Settlement {
  readonly actionId: string;
  readonly found: Finding;
  readonly by: string;
  readonly byName: string;
  readonly why: string | null;
}

/** Out of a note's data; null where that is none. */
export function settlementIn(data: Readonly<Record<string, unknown>>): Settlement | null {
  const { actionId, found, by, byName, why = null } = data;
  const isText = (value: unknown): value is string => typeof value === 'string';
  const isFinding = (value: unknown): value is Finding => value === 'done' || value === 'not_done';
  return isText(actionId) && isFinding(found) && isText(by) && isText(byName) && (why === null || isText(why))
    ? { actionId, found, by, byName, why }
    : null;
}

/** How the action ends then. @param before what its result said so far */
export function settledResult({ found, byName, why }: Settlement, before: string): ActionResult {
  const said = found === 'done' ? 'it was done' : 'it was not done';
  return {
    status: found === 'done' ? 'executed' : 'failed',
    remoteId: null,
    message: `${byName} looked: ${said}${why === null ? '' : ` (${why})`}. Before that: ${before}`,
  };
}
