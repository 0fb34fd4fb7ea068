/** Tells what is due, and again what could not be told; keeps nothing that a crash could lose. */
import type { AlertRow, CircuitMirror } from '../audit/circuits.js';
import { createLoop } from '../background/loop.js';
import { createTroubleLog } from '../background/trouble-log.js';
import { lookedForSince, SETTLED_AFTER_MS } from '../domain/effect.js';
import { IntegrationError, isOutOfSight } from '../integrations/integration-error.js';
import type { Slack } from '../integrations/slack/slack.js';
import type { Logger } from '../log.js';

export interface AlertLoopParts {
  readonly alerts: CircuitMirror;
  readonly slack: Pick<Slack, 'postMessage' | 'findMessageByAction'>;
  /** May nothing be told now, because a person stopped all effects? May throw. */
  readonly isPaused: () => boolean;
  readonly clock: () => Date;
  readonly log: Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;
}

export interface AlertLoop {
  /** Waits for what is under way. */
  stop(): Promise<void>;
}

const EVERY_MS = 5_000;

export function startAlertLoop(parts: AlertLoopParts): AlertLoop {
  const trouble = createTroubleLog(parts.log, 'alerts cannot be told');
  const work = () =>
    trouble.during(async () => {
      for (const alert of await parts.alerts.due()) {
        if (parts.isPaused()) {
          return;
        }
        await tellOrEnd(parts, alert);
      }
    });
  const loop = createLoop(work, { pauseMs: () => EVERY_MS, restMs: 0 });
  loop.kick();
  return { stop: loop.stop };
}

/** Whether it was told is never guessed, and no later look sees more. */
async function tellOrEnd(parts: AlertLoopParts, alert: AlertRow): Promise<void> {
  try {
    await tell(parts, alert);
  } catch (error) {
    if (!isOutOfSight(error)) {
      throw error;
    }
    await parts.alerts.end(alert.id, error.message);
  }
}

/** Throws what Slack's client throws, save where no other try would end better. */
async function tell({ alerts, slack, clock }: AlertLoopParts, alert: AlertRow): Promise<void> {
  const { id, place, text, sent_at } = alert;
  const since = lookedForSince(sent_at);
  if (sent_at !== null && (await slack.findMessageByAction(place, null, id, [], since)) !== null) {
    return alerts.told(id);
  }
  if (sent_at !== null && clock().getTime() < Date.parse(sent_at) + SETTLED_AFTER_MS) {
    return;
  }
  await alerts.sending(id);
  try {
    await slack.postMessage({ channel: place, threadTs: null, text, actionId: id });
  } catch (error) {
    if (!(error instanceof IntegrationError) || error.outcomeUnknown) {
      throw error;
    }
    await alerts.notSent(id);
    if (error.retryable) {
      throw error;
    }
    return alerts.end(id, error.message);
  }
  await alerts.told(id);
}
