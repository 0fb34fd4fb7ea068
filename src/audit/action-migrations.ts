/** SQL of migrations about actions; migrations.ts has the list. */

/** What was taken out of a text before it was shown. */
export const TAKEN_OUT = `
ALTER TABLE actions ADD COLUMN taken_out TEXT NOT NULL DEFAULT '[]';
`;

/** How what an action changes stood before and after it, and which action another one takes back. */
export const UNDOS = `
ALTER TABLE actions ADD COLUMN stood TEXT;
ALTER TABLE actions ADD COLUMN undoes TEXT REFERENCES actions (id);
CREATE INDEX actions_by_undoes ON actions (undoes) WHERE undoes IS NOT NULL;
`;

/** What the policy was asked about an action, and what each rule said to it. */
export const JUDGED = `
ALTER TABLE actions ADD COLUMN judged TEXT;
`;

/** What of an action was answered that takes several requests. */
export const PARTS = `
ALTER TABLE actions ADD COLUMN parts TEXT;
`;
