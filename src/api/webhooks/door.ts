/** What one webhook address knows: how a delivery proves itself, how it is read, and what it means. */
import type { IncomingHttpHeaders } from 'node:http';
import type { EventSource, PmEvent } from '../../domain/event.js';
import type { ApprovalClick, Delivery } from '../../inbox/inbox.js';

/** What a delivery's headers say of its signature, known before its body is read; whether it is true is judged after. */
export type Claim =
  | {
      readonly ok: true;
      /** HMAC-SHA256, as 64 hexadecimal digits. */
      readonly hex: string;
      /** What is signed in front of the raw body. */
      readonly before: string;
      /** When the sender says that it signed, milliseconds since 1970; null where the vendor signs no time. */
      readonly signedAt: number | null;
    }
  | { readonly ok: false };

/** A body's own object, or why it holds none. */
export type Decoded =
  | { readonly ok: true; readonly body: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly reason: string };

/** What a delivery means: an event the product understands, a person's use of an approval card, or why it is neither. */
export type Parsed =
  | {
      readonly outcome: 'event';
      readonly event: PmEvent;
      /** Every name the vendor gives the actor (uuid, account id, bot id): own events are recognised by any of them. */
      readonly actorIds: readonly string[];
    }
  | {
      readonly outcome: 'click';
      readonly click: ApprovalClick;
      readonly tenant: string;
    }
  | { readonly outcome: 'ignored' | 'quarantined'; readonly reason: string; readonly tenant: string };

export type KeptHeaders = Delivery['headers'];

/** The little a parser may ask of the rest of the product. */
export interface KnownThreads {
  isOurs(channel: string, threadTs: string): boolean;
}

export interface WebhookDoor {
  readonly source: EventSource;
  readonly path: `/webhooks/${string}`;
  /** One sentence for the OpenAPI document. */
  readonly summary: string;
  readonly contentType: 'application/json' | 'application/x-www-form-urlencoded';
  /** Bodies hold what lets their holder speak for the vendor or the person (response_url, trigger_id): not for every reader. */
  readonly holdsCapabilities?: true;
  /** Bytes. */
  readonly bodyLimit: number;
  /** What a signed body that cannot be read is answered with; Slack retries anything that is not 2xx. */
  readonly unreadableStatus: 200 | 400;
  /** Not ok for anything odd; never throws. */
  claimOf(headers: IncomingHttpHeaders): Claim;
  decode(raw: Buffer): Decoded;
  /** The vendor's own id of this delivery, the same on every retry; null where it sends none. */
  deliveryId(headers: IncomingHttpHeaders, body: Readonly<Record<string, unknown>>): string | null;
  /** The vendor's own name of what happened. */
  eventName(headers: KeptHeaders, body: Readonly<Record<string, unknown>>): string;
  /** Sees the headers that are kept with the delivery, so that it means the same when it is read again. */
  parse(headers: KeptHeaders, body: Readonly<Record<string, unknown>>, threads: KnownThreads): Parsed;
  /** When the vendor says it sent the body, from inside the signed bytes; null where it does not say. Milliseconds. */
  signedAt?(body: Readonly<Record<string, unknown>>): number | null;
  /** Does the vendor say that this is one of many changes made at once? */
  isBulk?(headers: KeptHeaders): boolean;
  /** The text to send back where the delivery only asks whether this address is ours. */
  challenge?(body: Readonly<Record<string, unknown>>): Challenge | null;
  /** Headers of an answer that says no for good: what the vendor reads as "do not send this again". */
  readonly finalHeaders?: Readonly<Record<string, string>>;
  /** What the vendor shows to the person who caused an accepted delivery. */
  readonly acceptedExtras?: Readonly<Record<string, string>>;
}

export type Challenge =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: string };

export function ignored(tenant: string, reason: string): Parsed {
  return { outcome: 'ignored', reason, tenant };
}

export function quarantined(tenant: string, reason: string): Parsed {
  return { outcome: 'quarantined', reason, tenant };
}

/** Of a Content-Type header, without its parameters; null for none. */
export function mediaTypeOf(header: string | undefined): string | null {
  return header?.split(';', 1)[0]?.trim().toLowerCase() ?? null;
}

/** One header as text; null where it is missing or came as a list. */
export function headerOf(headers: IncomingHttpHeaders | KeptHeaders, name: string): string | null {
  const value = headers[name];
  return typeof value === 'string' && value !== '' ? value : null;
}
