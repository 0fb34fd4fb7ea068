/** Vendors' account ids say nothing to anybody: the name that belongs to one, where it is known. */
import type { Person } from './approval.js';
import type { NameOf } from './name-of.js';

/** Whoever has an account chooses its name, also that of somebody whom the team knows. */
const UNNAMED = 'not in pm-agent.yaml';

/**
 * The names of Jira's accounts: as pm-agent.yaml has them, else as the issue told them, else the id itself. Where the file
 * names accounts at all, any other is told apart from them.
 * @param ofIssue asked only for an account that pm-agent.yaml does not know
 */
export function jiraNames(
  people: readonly Person[],
  ofIssue: () => readonly { readonly id: string; readonly name: string }[] = () => [],
): NameOf {
  const isAnyNamed = people.some(({ jira }) => jira !== null);
  return (accountId) => {
    const told = () => ofIssue().find(({ id }) => id === accountId)?.name;
    return (
      people.find(({ jira }) => jira === accountId)?.name ??
      (isAnyNamed ? outsider(told()) : told()) ??
      accountId
    );
  };
}

function outsider(name: string | undefined): string | undefined {
  return name === undefined ? undefined : `${name} (${UNNAMED})`;
}
