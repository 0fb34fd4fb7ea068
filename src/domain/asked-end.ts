/** How something that a person asked the agent comes to nothing, and what code tells them of it. Which ends are left out, and why: decision 100. */
import type { FailureKind } from './turn.js';

/**
 * `over_budget` has words of its own, with the budget that has no room. `cycle_failed`: what it is about could not be read, or the cycle
 * could not go on for another reason.
 */
export type AskedEnd = Exclude<FailureKind, 'over_budget'> | 'cycle_failed';

const AGAIN = 'please ask me again, a little more narrowly, or ask a person of the team';
const UNUSABLE = `I have no answer to this: what the model gave me could not be used. Nothing was done; ${AGAIN}.`;

/** Our own words alone: nothing of what was read, said or answered gets out this way. */
export const WORDS_TO_ASKER: { readonly [E in AskedEnd]: string } = {
  context_too_large:
    'I cannot answer this: what there is to read here is more than I can take in at once. Nothing was done. Please ask about less of it: one ticket or pull request, one part of the thread, or quote what matters in the question itself.',
  refusal:
    'I cannot answer this: the model that I ask declined to. Nothing was done. Please put it in other words, or ask a person of the team.',
  unavailable:
    'I cannot answer this now: the model that I ask could not be reached, or did not take what I sent. Nothing was done, and I do not look at this again by myself: please ask me again later, or ask a person of the team.',
  cut: `I have no answer to this: it became longer than I may write (\`limits.replyTokens\`). Nothing was done; ${AGAIN}.`,
  withheld: `I have no answer that I may give: it held something that must not be written down. Nothing was done; ${AGAIN}.`,
  paused: UNUSABLE,
  no_answer: UNUSABLE,
  stopped: UNUSABLE,
  unreadable: UNUSABLE,
  not_taken: UNUSABLE,
  cycle_failed:
    'I cannot answer this: I could not read what it is about, or could not go on with it. Nothing was done, and I do not look at this again by myself: please ask me again later, or ask a person of the team.',
};
