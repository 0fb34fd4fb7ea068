/** Why a delivery was not taken: the closed list that metrics and the documentation count by. Codes of `HttpError`. */
export const REFUSALS = [
  'bad_signature',
  'clock_skew',
  'too_many_bad_signatures',
  'too_large',
  'unsupported_media_type',
  'unsupported_encoding',
  'bad_request',
  'unreadable_body',
  'bad_challenge',
  'unavailable',
] as const;

/** `other`: a code that this list does not hold yet, so that no text of an error ever becomes a label. */
export type Refusal = (typeof REFUSALS)[number] | 'other';

export function refusalOf(code: string): Refusal {
  return REFUSALS.find((known) => known === code) ?? 'other';
}

/** What became of a delivery, as metrics and log lines name it. */
export const DELIVERY_RESULTS = [
  'accepted',
  'duplicate',
  'ignored',
  'quarantined',
  'dead_letter',
  'processed',
  'challenge',
  'refused',
  'unavailable',
] as const;

export type DeliveryResult = (typeof DELIVERY_RESULTS)[number];
