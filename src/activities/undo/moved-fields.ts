/** What a move filled in besides the status, when it is taken back: what goes back, and what is said to stay. */
import type { Standing, Stood } from '../../domain/actions/row.js';
import { IntegrationError } from '../../integrations/integration-error.js';
import { textIn } from './issue-state.js';

/** Does the issue still belong to whom the move gave it, and did it belong to somebody else, or to nobody, before? */
export function isGivenAway(stood: Stood, now: Standing): boolean {
  return isStill(stood, now, 'assignee');
}

/** Why its resolution stays as the move set it, as a sentence; null where it does not. */
export function stayedSo(stood: Stood, now: Standing): string | null {
  if (!isStill(stood, now, 'resolution')) {
    return null;
  }
  const was = textIn(stood.before, 'resolution') ?? 'empty';
  return `Its resolution still is ${textIn(now, 'resolution')} and was ${was} before: Jira lets only its workflow change that on this way. Set it by hand`;
}

function isStill({ before, after }: Stood, now: Standing, member: string): boolean {
  return (
    member in after &&
    (now[member] ?? null) === (after[member] ?? null) &&
    (before[member] ?? null) !== (after[member] ?? null)
  );
}

/**
 * Sends it after the move. Answers null where it is given back, else why it stays, as a sentence: the move itself is done.
 * Throws what another attempt may help with.
 */
export async function givenBack(send: () => Promise<unknown>): Promise<string | null> {
  try {
    await send();
    return null;
  } catch (error) {
    if (!(error instanceof IntegrationError) || error.retryable || error.outcomeUnknown) {
      throw error;
    }
    return `Its assignee stays as the move left it (${error.message}). Assign it by hand`;
  }
}

/** The sentences that say something, in one remark. */
export function remarked(...sentences: readonly (string | null)[]) {
  const said = sentences.filter((sentence) => sentence !== null);
  return said.length === 0 ? {} : { remark: said.join('. ') };
}
