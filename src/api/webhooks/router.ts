/**
 * The way of one delivery: content type → size → signature over the raw bytes → parse within limits → admission →
 * committed in the inbox → answered. Nothing is parsed before the signature fits, nothing is acknowledged before the commit.
 */
import { hash } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Accepted, ApprovalClick, Delivery, Inbox } from '../../inbox/inbox.js';
import type { Logger } from '../../log.js';
import { HttpError } from '../http-error.js';
import { isFromTheFuture } from './admission.js';
import { DeliveryReport, type WebhookMetrics } from './delivery-report.js';
import type { Decoded, WebhookDoor } from './door.js';
import { headerOf, mediaTypeOf } from './door.js';
import { type ReadingParts, readDelivery } from './reading.js';
import type { DeliveryResult } from './refusals.js';
import { isSentForm } from './slack-approvals.js';
import { type BodyDeps, readVerifiedBody } from './verified-body.js';

export interface WebhookDeps extends BodyDeps, ReadingParts {
  readonly inbox: Pick<Inbox, 'accept'>;
  /** What is wrong with what was typed into a form, by its blocks; null where it can be taken, or is no form. */
  readonly formProblems: (click: ApprovalClick) => Readonly<Record<string, string>> | null;
  readonly metrics: WebhookMetrics;
  readonly log: Logger;
}

const LATER = { 'Retry-After': '5' };

/** What is wrong with the bytes themselves stays wrong. A wrong secret or clock of ours may be put right meanwhile. */
const FINAL = new Set([400, 413, 415]);
/** Headers that are kept with a delivery: never a signature, never a credential. */
const KEPT_HEADERS = [
  'content-type',
  'user-agent',
  'x-atlassian-webhook-identifier',
  'x-atlassian-webhook-retry',
  'x-atlassian-webhook-flow',
  'x-event-key',
  'x-hook-uuid',
  'x-request-uuid',
  'x-request-id',
  'x-attempt-number',
  'x-slack-retry-num',
  'x-slack-retry-reason',
  'x-slack-request-timestamp',
] as const;
const KEPT_HEADER_LENGTH = 256;

/** Longer or stranger ids are no ids: the body's hash stands in. */
const DELIVERY_ID = /^[\x21-\x7e]{1,128}$/;

/** Answers one delivery; rejects with what the error handler should say. */
export type WebhookHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** The POST handler of one door. */
export function webhookHandler(door: WebhookDoor, deps: WebhookDeps): WebhookHandler {
  return async (request, response) => {
    const report = new DeliveryReport(door.source, request, deps);
    let outcome: Outcome;
    try {
      outcome = await receive(door, deps, request, report);
    } catch (error) {
      const answer = asRefusal(door, error);
      report.refused(answer, error);
      throw answer;
    }
    send(response, outcome);
    report.answered(outcome.result, outcome.log);
  };
}

interface Outcome {
  readonly result: DeliveryResult;
  readonly status: number;
  /** An object is sent as JSON, text as text. */
  readonly body: Readonly<Record<string, unknown>> | string;
  readonly log: Readonly<Record<string, unknown>>;
}

async function receive(
  door: WebhookDoor,
  deps: WebhookDeps,
  request: IncomingMessage,
  report: DeliveryReport,
): Promise<Outcome> {
  const { headers } = request;
  checkContentType(door, headers);
  const raw = await readVerifiedBody(door, deps, request);
  report.bytes = raw.length;
  const now = deps.clock();
  const decoded = door.decode(raw);
  const challenge = decoded.ok ? (door.challenge?.(decoded.body) ?? null) : null;
  if (challenge !== null) {
    return answerChallenge(challenge);
  }
  const delivery = toDelivery({ door, deps, headers, raw, decoded, now });
  const problems = delivery.click === undefined ? null : deps.formProblems(delivery.click);
  if (problems !== null) {
    return sendBack(delivery, problems);
  }
  const accepted = await deps.inbox.accept(delivery);
  return decoded.ok || door.unreadableStatus === 200
    ? acknowledge(door, delivery, accepted)
    : unreadable(door, delivery, accepted);
}

/** Vendors name a content type; where one does not, the bytes are read as what this door expects. */
function checkContentType(door: WebhookDoor, headers: IncomingHttpHeaders): void {
  const type = mediaTypeOf(headers['content-type']);
  const encoding = headers['content-encoding']?.trim().toLowerCase();
  if (encoding !== undefined && encoding !== 'identity') {
    throw new HttpError(415, 'unsupported_encoding', 'bodies are read as sent: no Content-Encoding');
  }
  if (type !== null && type !== door.contentType) {
    throw new HttpError(415, 'unsupported_media_type', `the body must be ${door.contentType}`);
  }
}

function answerChallenge(challenge: NonNullable<ReturnType<NonNullable<WebhookDoor['challenge']>>>): Outcome {
  if (!challenge.ok) {
    throw new HttpError(400, 'bad_challenge', challenge.reason);
  }
  return { result: 'challenge', status: 200, body: challenge.text, log: {} };
}

interface Verified {
  readonly door: WebhookDoor;
  readonly deps: WebhookDeps;
  readonly headers: IncomingHttpHeaders;
  readonly raw: Buffer;
  readonly decoded: Decoded;
  readonly now: Date;
}

function toDelivery({ door, deps, headers, raw, decoded, now }: Verified): Delivery {
  const bodySha256 = hash('sha256', raw);
  const named = decoded.ok ? door.deliveryId(headers, decoded.body) : null;
  const envelope = {
    deliveryId: named !== null && DELIVERY_ID.test(named) ? named : bodySha256,
    bodySha256,
    headers: keptHeaders(headers),
    raw,
    receivedAt: now.toISOString(),
  };
  noticeSkew(door, deps, decoded, now.getTime());
  return readDelivery(door, decoded, envelope, deps, now.getTime());
}

/** Signed rightly and far ahead of us: held back for it, and a sign that our clock may be wrong. */
function noticeSkew(door: WebhookDoor, { clockSkew }: WebhookDeps, decoded: Decoded, now: number): void {
  const signedAt = decoded.ok ? (door.signedAt?.(decoded.body) ?? null) : null;
  if (isFromTheFuture(signedAt, now)) {
    clockSkew.noticed(door.source, now - signedAt);
  }
}

function keptHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of KEPT_HEADERS) {
    const value = headerOf(headers, name);
    if (value !== null) {
      kept[name] = value.slice(0, KEPT_HEADER_LENGTH);
    }
  }
  return kept;
}

/** The form stays open and says what to correct. Nothing was decided, so nothing is kept. */
function sendBack({ eventType }: Delivery, errors: Readonly<Record<string, string>>): Outcome {
  const body = { response_action: 'errors', errors };
  return { result: 'ignored', status: 200, body, log: { eventType, reason: 'a form was sent back' } };
}

function acknowledge(door: WebhookDoor, delivery: Delivery, accepted: Accepted): Outcome {
  const { eventId } = accepted;
  const { eventType, subject, reason } = delivery;
  if (delivery.click !== undefined && isSentForm(delivery.click)) {
    const result = accepted.outcome === 'duplicate' ? 'duplicate' : 'processed';
    return { result, status: 200, body: '', log: { eventId, eventType } };
  }
  if (accepted.outcome === 'duplicate') {
    const { cycleId } = accepted;
    const body = { status: 'duplicate', eventId, ...(cycleId === null ? {} : { cycleId }) };
    return { result: 'duplicate', status: 200, body, log: { eventId, eventType, subject, cycleId } };
  }
  if (accepted.quarantined !== undefined) {
    const body = { status: 'quarantined', eventId, reason: accepted.quarantined };
    return {
      result: 'quarantined',
      status: 200,
      body,
      log: { eventId, eventType, subject, reason: body.reason },
    };
  }
  if (delivery.status !== 'received') {
    const body = { status: delivery.status, eventId, ...(reason === null ? {} : { reason }) };
    return { result: delivery.status, status: 200, body, log: { eventId, eventType, reason } };
  }
  const { cycleId } = accepted;
  return {
    result: 'accepted',
    status: 202,
    body: { status: 'accepted', eventId, cycleId, ...door.acceptedExtras },
    log: { eventId, eventType, subject, cycleId },
  };
}

/** Signed but useless: kept for a person to look at, and refused, so that the sender sees it. */
function unreadable(door: WebhookDoor, delivery: Delivery, { eventId }: Accepted): never {
  throw new HttpError(400, 'unreadable_body', `${delivery.reason}; kept as ${eventId} of ${door.source}`, {
    details: { eventId },
  });
}

function send(response: ServerResponse, outcome: Outcome): void {
  const isText = typeof outcome.body === 'string';
  const text = typeof outcome.body === 'string' ? outcome.body : JSON.stringify(outcome.body);
  response.writeHead(outcome.status, {
    'Content-Type': isText ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
  });
  response.end(text);
}

/** What could not be stored must come again: 503, never another 5xx. */
function asRefusal(door: WebhookDoor, error: unknown): HttpError {
  if (!(error instanceof HttpError)) {
    return new HttpError(503, 'unavailable', 'the delivery could not be stored; send it again').with(LATER);
  }
  if (error.status === 503) {
    return error.with(LATER);
  }
  return FINAL.has(error.status) ? error.with(door.finalHeaders ?? {}) : error;
}
