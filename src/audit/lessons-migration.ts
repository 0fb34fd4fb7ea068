/** SQL of one migration; migrations.ts has the list. */

/** Approvals in which people taught something. A query finds them by the index only where it says this to the letter. */
export const TEACHES = `(approvals.status = 'rejected' AND approvals.reason IS NOT NULL) OR approvals.proposed IS NOT NULL`;

/** What a proposal was before a person changed it, and where to find what people taught. */
export const LESSONS = `
ALTER TABLE approvals ADD COLUMN proposed TEXT;
CREATE INDEX approvals_that_teach ON approvals (decided_at)
  WHERE ${TEACHES};
`;
