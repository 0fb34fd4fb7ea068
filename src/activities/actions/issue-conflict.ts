/** What a person did to an issue between a decision and its effect: such an effect is given up, never forced. */
import type { Standing, Stood } from '../../domain/actions/row.js';
import { type Drift, driftOf, driftSentence } from '../../domain/actions/standing.js';
import type { NameOf } from '../../domain/name-of.js';
import type { JiraChange, JiraIssue } from '../../integrations/jira/jira.js';
import type { Settled } from './executor.js';

/**
 * Null where everything that the decision saw stands so still.
 * @param nameOf left out: nothing of it is an account
 */
export function conflictOf(
  issue: JiraIssue,
  seen: Standing | null,
  now: Standing,
  nameOf?: NameOf,
): Settled | null {
  const drift = driftOf(seen, now);
  return drift.length === 0
    ? null
    : {
        settled: 'obsolete',
        message: `${issue.key} changed since this was decided: ${driftSentence(drift, nameOf)}${byWhom(issue, drift)}`,
      };
}

/** Who changed it last and when, where the issue's own history tells. */
export function byWhom(issue: JiraIssue, drift: readonly Pick<Drift, 'member'>[]): string {
  const members = drift.map(({ member }) => member);
  const words = inWords(lastChangeOf(issue, members));
  return words === null ? '' : ` (${words})`;
}

/** The members that an effect changes: what stood so before is never changed by it. */
export function membersChanged({ before, after }: Stood): readonly string[] {
  return driftOf(before, after).map(({ member }) => member);
}

/** The latest change of one of these fields, in whatever case Jira spells them; null where its history shows none. */
export function lastChangeOf({ changes }: JiraIssue, fields: readonly string[]): JiraChange | null {
  const names = new Set(fields.map((field) => field.toLowerCase()));
  return changes.findLast(({ field }) => names.has(field.toLowerCase())) ?? null;
}

/** Null stays null. */
export function inWords(change: JiraChange | null): string | null {
  return change === null ? null : `changed by ${change.author ?? 'somebody'} at ${change.at}`;
}
