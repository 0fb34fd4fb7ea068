/** Tells what is due, and again, each by itself, what could not be told; keeps nothing that a crash could lose. */
import type { AlertRow, CircuitMirror } from '../audit/circuits.js';
import { createLoop } from '../background/loop.js';
import { createTroubleLog } from '../background/trouble-log.js';
import { lookedForSince, SETTLED_AFTER_MS } from '../domain/effect.js';
import type { TakenBack } from '../domain/undo.js';
import { IntegrationError, isOutOfSight } from '../integrations/integration-error.js';
import { announcement } from '../integrations/slack/announcement.js';
import type { BlockMessage, Slack } from '../integrations/slack/slack.js';
import { isGivenUp, retryAfter } from '../integrations/slack/tell-again.js';
import type { Logger } from '../log.js';

export interface AlertLoopParts {
  readonly alerts: CircuitMirror;
  readonly slack: Pick<Slack, 'postMessage' | 'postBlocks' | 'updateBlocks' | 'findMessageByAction'>;
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
        await tellOrPutOff(parts, alert);
      }
    });
  const loop = createLoop(work, { pauseMs: () => EVERY_MS, restMs: 0 });
  loop.kick();
  return { stop: loop.stop };
}

/** What one alert meets never keeps the others waiting. Throws what the mirror throws. */
async function tellOrPutOff(parts: AlertLoopParts, alert: AlertRow): Promise<void> {
  try {
    await tell(parts, alert);
  } catch (error) {
    await putOff(parts, alert, error);
  }
}

async function putOff(
  { alerts, clock, log }: AlertLoopParts,
  { id, place, attempts }: AlertRow,
  error: unknown,
): Promise<void> {
  const { code, message, delayMs } = retryAfter(error, attempts);
  if (attempts === 0) {
    log.warn({ alert: id, place, code, reason: message }, 'an alert could not be told; trying again');
  }
  await alerts.failed(id, new Date(clock().getTime() + delayMs).toISOString());
  if (isLookInVain(error) || isGivenUp(attempts + 1)) {
    await alerts.end(id, message);
  }
}

/** No later look sees more, or its place is gone; and whether it was told is never guessed. */
function isLookInVain(error: unknown): boolean {
  return (error instanceof IntegrationError && error.code === 'not_found') || isOutOfSight(error);
}

/** Throws what Slack's client throws, save where no other try would end better. */
async function tell(parts: AlertLoopParts, alert: AlertRow): Promise<void> {
  const { alerts, slack, clock } = parts;
  const { id, place, sent_at } = alert;
  if (alert.ts !== null) {
    return rewrite(parts, alert, alert.ts);
  }
  const since = lookedForSince(sent_at);
  const there = sent_at === null ? null : await slack.findMessageByAction(place, null, id, [], since);
  if (there !== null) {
    return alert.taken_back === null ? alerts.told(alert, there) : rewrite(parts, alert, there);
  }
  if (sent_at !== null && clock().getTime() < Date.parse(sent_at) + SETTLED_AFTER_MS) {
    return;
  }
  await alerts.sending(id);
  try {
    await alerts.told(alert, await post(slack, alert));
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
}

/** Only what has a button is ever told anew. */
async function rewrite({ alerts, slack }: AlertLoopParts, alert: AlertRow, ts: string): Promise<void> {
  const { id, place, action_id: actionId } = alert;
  if (actionId !== null) {
    await slack.updateBlocks({ channel: place, ts, message: announcementOf(alert, actionId), marker: id });
  }
  await alerts.told(alert, ts);
}

function post(slack: AlertLoopParts['slack'], alert: AlertRow): Promise<string> {
  const { id, place, text, action_id: actionId } = alert;
  return actionId === null
    ? slack.postMessage({ channel: place, threadTs: null, text, actionId: id })
    : slack.postBlocks({
        channel: place,
        threadTs: null,
        message: announcementOf(alert, actionId),
        marker: id,
      });
}

function announcementOf({ text, taken_back: takenBack }: AlertRow, actionId: string): BlockMessage {
  return announcement({
    text,
    actionId,
    takenBack: takenBack === null ? null : (JSON.parse(takenBack) as TakenBack),
  });
}
