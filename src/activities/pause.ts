/** While a person has the agent paused, what would leave waits: durably, without a worker slot, and as no try. */
import { Context } from '@temporalio/activity';
import type { IntegrationService } from '../domain/effect.js';
import { describePause, type Pause } from '../domain/pause.js';
import { IntegrationError } from '../integrations/integration-error.js';

const AGAIN_AFTER_MS = 5_000;
/** A long pause with a thousand effects behind it must not keep the worker busy with asking. */
const AGAIN_AFTER_AT_MOST_MS = 30_000;

/** Throws the wait where there is a pause. */
export function assertNotPaused(pause: Pause | null, service: IntegrationService): void {
  if (pause === null) {
    return;
  }
  throw new IntegrationError({
    service,
    code: 'paused',
    message: `${describePause(pause)}: nothing leaves until "pm-agent resume"`,
    retryable: true,
    retryAfterMs: Math.min(AGAIN_AFTER_MS * Context.current().info.attempt, AGAIN_AFTER_AT_MOST_MS),
    heldBack: true,
  });
}
