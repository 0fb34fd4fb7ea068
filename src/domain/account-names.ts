/** Vendors' account ids say nothing to anybody: the name that belongs to one, where it is known. */
import type { Person } from './approval.js';
import type { NameOf } from './name-of.js';

/**
 * The names of Jira's accounts: as pm-agent.yaml has them, else as the issue told them, else the id itself.
 * @param ofIssue asked only for an account that pm-agent.yaml does not know
 */
export function jiraNames(
  people: readonly Person[],
  ofIssue: () => readonly { readonly id: string; readonly name: string }[] = () => [],
): NameOf {
  return (accountId) =>
    people.find(({ jira }) => jira === accountId)?.name ??
    ofIssue().find(({ id }) => id === accountId)?.name ??
    accountId;
}
