/** Who may decide a request that was written down. */
import { decidersOf, type Person } from './approval.js';
import type { Approvers } from './policy.js';

export interface StoredRequest {
  /** JSON list of ids, or `null` for any operator; null in rows from before it was kept. */
  readonly deciders: string | null;
  /** JSON list of ids. */
  readonly not_by: string;
  /** JSON `Approvers`. */
  readonly approvers: string;
}

/** As it was settled when the request was shown; null: any operator. Who asked for it is not among them. */
export function storedDeciders(
  { deciders, approvers, not_by }: StoredRequest,
  people: readonly Person[],
): readonly string[] | null {
  const all =
    deciders === null
      ? decidersOf(JSON.parse(approvers) as Approvers, people)
      : (JSON.parse(deciders) as readonly string[] | null);
  const excluded = excludedFrom({ not_by });
  return all === null ? null : all.filter((id) => !excluded.includes(id));
}

export function excludedFrom({ not_by }: Pick<StoredRequest, 'not_by'>): readonly string[] {
  return JSON.parse(not_by) as readonly string[];
}
