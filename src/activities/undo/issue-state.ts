/** What the kinds that change an issue's state have in common when they are taken back. */
import type { Standing, Stood } from '../../domain/actions/row.js';
import { driftOf } from '../../domain/actions/standing.js';
import type { JiraIssue } from '../../integrations/jira/jira.js';
import type { Left, Settled } from '../actions/executor.js';
import { byWhom, lastChangeOf, membersChanged } from '../actions/issue-conflict.js';
import type { Authorship } from '../authorship.js';

/**
 * Null where it stands as our effect left it, and can be taken back. Who put it so again before this try was begun may have
 * done so to have it taken back. Who does while a request of this try may have been applied means it so.
 * @param fieldsOf by which names Jira's history may tell of these members
 */
export async function settledState(
  { issue, now, stood }: IssueNow,
  { mayBeDone }: Left,
  authorship: Authorship,
  fieldsOf: (members: readonly string[]) => readonly string[] = (members) => members,
): Promise<Settled | null> {
  const { before, after } = stood;
  if (driftOf(before, now).length === 0) {
    return { settled: 'executed', message: `${issue.key} already stands as it did before` };
  }
  const drift = driftOf(after, now);
  if (drift.length === 0) {
    if (!mayBeDone) {
      return null;
    }
    const fields = fieldsOf(membersChanged(stood));
    return putSoAgain(issue, await authorship.ofAnother(lastChangeOf(issue, fields)));
  }
  const stands = drift.map(
    ({ member, was, is }) =>
      `the ${member} is ${JSON.stringify(is)} now, and was left as ${JSON.stringify(was)}`,
  );
  const message = `${issue.key} was changed since${byWhom(issue, drift)}: ${stands.join('; ')}`;
  return { settled: 'obsolete', message };
}

/** An issue, and how it stands where an effect changed it. */
export interface IssueNow {
  readonly issue: JiraIssue;
  readonly now: Standing;
  readonly stood: Stood;
}

function putSoAgain({ key }: JiraIssue, whose: string | null): Settled | null {
  const message = `${key} was changed since (${whose}), and stands as it was left by somebody else's hand`;
  return whose === null ? null : { settled: 'obsolete', message };
}

export function textIn(standing: Standing, member: string): string | null {
  const value = standing[member];
  return typeof value === 'string' ? value : null;
}
