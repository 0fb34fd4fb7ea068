import { issueTarget, linkableRefusal, ownIssueRefusal, projectOfKey } from './jira-issue.js';
import { A_DAY_MS, type ActionRow, type AllowedTargets } from './row.js';

export interface JiraLink {
  readonly issueKey: string;
  /** As it reads from `issueKey` on: "blocks", "is blocked by", "relates to". */
  readonly relation: string;
  readonly toKey: string;
}

export const jiraLink: ActionRow<JiraLink> = {
  service: 'jira',
  changes: 'state',
  preview: {
    line: ({ issueKey, relation, toKey }) => `Link ${issueKey}: ${relation} ${toKey}`,
    named: (payload) => payload,
    words: () => null,
    rewritten: (payload, rewrite) => ({ ...payload, relation: rewrite(payload.relation) }),
  },
  editable: [
    { name: 'relation', label: 'Relation, as it reads from the issue', as: 'line' },
    { name: 'toKey', label: 'Key of the other issue', as: 'line' },
  ],
  target: {
    ...issueTarget,
    // A link stands on both issues.
    projects: ({ issueKey, toKey }) => [...new Set([issueKey, toKey].map(projectOfKey))],
    refusal: ({ issueKey, toKey }, allowed) =>
      ownIssueRefusal(issueKey, allowed.facts) ?? linkableRefusal(issueKey, toKey, allowed),
  },
  preconditions: {
    words: 'both issues exist, and the site has a link that reads so',
    seen: () => null,
    already: linkedAlready,
  },
  marker: { words: 'the link itself', appearsLate: false, provesOurs: false },
  inverse: { reversible: true, words: 'deletes the link', windowMs: A_DAY_MS, by: 'id' },
  risk: { grade: 'G1', why: 'it adds a reference and takes nothing away' },
};

function linkedAlready(
  { issueKey, relation, toKey }: JiraLink,
  { facts: { issue }, links = [] }: AllowedTargets,
): string | null {
  const isSame = (one: string) => one.trim().toLowerCase() === relation.trim().toLowerCase();
  const isLinked =
    issue?.key === issueKey && links.some((link) => link.key === toKey && isSame(link.relation));
  return isLinked ? `it is so already: ${issueKey} ${relation} ${toKey}` : null;
}
