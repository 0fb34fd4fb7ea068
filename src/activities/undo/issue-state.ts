/** What the kinds that change an issue's state have in common when they are taken back. */
import type { Standing, Stood } from '../../domain/actions/row.js';
import { driftOf } from '../../domain/actions/standing.js';
import type { JiraIssue } from '../../integrations/jira/jira.js';
import type { Settled } from '../actions/executor.js';
import { byWhom } from '../actions/issue-conflict.js';

/** Null where it stands as our effect left it, and can be taken back. */
export function settledState(issue: JiraIssue, now: Standing, { before, after }: Stood): Settled | null {
  if (driftOf(before, now).length === 0) {
    return { settled: 'executed', message: `${issue.key} already stands as it did before` };
  }
  const drift = driftOf(after, now);
  if (drift.length === 0) {
    return null;
  }
  const stands = drift.map(
    ({ member, was, is }) =>
      `the ${member} is ${JSON.stringify(is)} now, and was left as ${JSON.stringify(was)}`,
  );
  const message = `${issue.key} was changed since${byWhom(issue, drift)}: ${stands.join('; ')}`;
  return { settled: 'obsolete', message };
}

export function textIn(standing: Standing, member: string): string | null {
  const value = standing[member];
  return typeof value === 'string' ? value : null;
}
