/** SQL of one migration; migrations.ts has the list. */

/**
 * Nothing left and nobody was asked: observed, or simulated (AGENT_MODE). What people were asked about says nothing about what
 * they would have done. A query finds them by the index only where it says this to the letter.
 */
export const IN_SHADOW = `(actions.level = 'observe' AND actions.status = 'proposed') OR (actions.status = 'simulated' AND actions.verdict = 'auto' AND actions.undoes IS NULL)`;

/** To compare proposals with what people did. */
export const SHADOW = `
CREATE INDEX actions_in_shadow ON actions (proposed_at) WHERE ${IN_SHADOW};
`;
