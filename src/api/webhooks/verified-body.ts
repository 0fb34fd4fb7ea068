/** The way of a body up to its signature: size → what the headers claim → its bytes → whether the claim holds. */
import type { IncomingMessage } from 'node:http';
import type { EventSource } from '../../domain/event.js';
import type { ClientAddress } from '../client-address.js';
import { HttpError } from '../http-error.js';
import type { BadSignatures } from './bad-signatures.js';
import type { BodyRoom } from './body-room.js';
import type { ClockSkew } from './clock-skew.js';
import type { Claim, WebhookDoor } from './door.js';
import { isClaimTrue } from './hmac.js';
import { readBody, refuseUnread } from './read-body.js';

export interface BodyDeps {
  readonly secrets: { readonly [S in EventSource]: readonly string[] };
  readonly allowUnsigned: boolean;
  /** Bytes, where the configuration says other than the door. */
  readonly bodyLimits: { readonly [S in EventSource]?: number };
  readonly bodyRoom: BodyRoom;
  readonly clientAddress: ClientAddress;
  readonly badSignatures: BadSignatures;
  readonly clockSkew: ClockSkew;
  readonly clock: () => Date;
}

/** What is signed longer ago, or further ahead, may be a replay (docs.slack.dev, "verifying requests"). */
const WINDOW_MS = 5 * 60_000;

/**
 * The raw bytes of a delivery that proved itself. What cannot be right by its headers alone is refused without keeping
 * a byte of it: memory is only for who could hold the secret. Rejects with `HttpError` 401, 429, or as `readBody` does.
 */
export async function readVerifiedBody(
  door: WebhookDoor,
  deps: BodyDeps,
  request: IncomingMessage,
): Promise<Buffer> {
  const limit = deps.bodyLimits[door.source] ?? door.bodyLimit;
  const address = deps.clientAddress(request);
  const disbelieve = (): HttpError => badSignature(deps.badSignatures.count(address, deps.clock().getTime()));
  const claim = claimOf(door, deps, request);
  if (claim !== null && !claim.ok) {
    return refuseUnread(request, limit, disbelieve);
  }
  const raw = await readBody(request, { limit, room: deps.bodyRoom, address });
  if (claim !== null && !isClaimTrue(claim, raw, deps.secrets[door.source])) {
    throw disbelieve();
  }
  assertInTime(door, deps, claim?.signedAt ?? null);
  return raw;
}

/** Null where nothing is asked for: a source that may send unsigned. */
function claimOf(
  door: WebhookDoor,
  { secrets, allowUnsigned }: BodyDeps,
  { headers }: IncomingMessage,
): Claim | null {
  return secrets[door.source].length === 0 && allowUnsigned ? null : door.claimOf(headers);
}

/**
 * Throws where the signature is right and only the clocks differ. Asked last: only who holds the secret may make us doubt
 * our clock.
 */
function assertInTime(
  { source }: WebhookDoor,
  { clock, clockSkew }: BodyDeps,
  signedAt: number | null,
): void {
  const skewMs = signedAt === null ? 0 : clock().getTime() - signedAt;
  if (Math.abs(skewMs) > WINDOW_MS) {
    clockSkew.noticed(source, skewMs);
    throw new HttpError(401, 'clock_skew', 'the delivery was signed more than 5 minutes from our time');
  }
}

function badSignature(pauseSeconds: number): HttpError {
  return pauseSeconds === 0
    ? new HttpError(401, 'bad_signature', 'the delivery is not signed with the configured secret')
    : new HttpError(429, 'too_many_bad_signatures', 'too many deliveries from this address are not signed', {
        headers: { 'Retry-After': String(pauseSeconds) },
      });
}
