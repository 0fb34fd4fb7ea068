/** SQL of one migration; migrations.ts has the list. */

/** What waits for a person to say whether it was done. */
export const UNKNOWN = `
CREATE INDEX actions_unknown ON actions (ended_at) WHERE status = 'unknown';
`;
