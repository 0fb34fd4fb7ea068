/** Who is simulated. */
export const VENDORS = ['jira', 'bitbucket', 'slack', 'anthropic'] as const;
export type Vendor = (typeof VENDORS)[number];
