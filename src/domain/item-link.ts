/** Where a person looks at the thing that an action touches. */

/** Bases of the vendors' pages; null where the configuration tells none. */
export interface PageBases {
  /** `https://acme.atlassian.net` */
  readonly jira: string | null;
  /** `https://bitbucket.org` */
  readonly bitbucket: string | null;
}

/** Of a target as actions name it (`jira:PAY-142`, `bitbucket:acme/pay-api#7`); null where it has no page of its own. */
export function itemLink({ jira, bitbucket }: PageBases, target: string): string | null {
  const issue = /^jira:([A-Z][A-Z0-9_]*-\d+)$/.exec(target);
  if (issue !== null && jira !== null) {
    return `${jira}/browse/${issue[1]}`;
  }
  const pullRequest = /^bitbucket:([\w.-]+\/[\w.-]+)#(\d+)$/.exec(target);
  return pullRequest !== null && bitbucket !== null
    ? `${bitbucket}/${pullRequest[1]}/pull-requests/${pullRequest[2]}`
    : null;
}
