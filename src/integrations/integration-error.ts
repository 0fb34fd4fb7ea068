import type { IntegrationService } from '../domain/effect.js';

/** Every failure of a vendor call, already classified by the only place that knows the vendor. */
export class IntegrationError extends Error {
  override readonly name = 'IntegrationError';
  readonly service: IntegrationService;
  /** HTTP status; null where no answer came (DNS, refused, reset, timeout). */
  readonly status: number | null;
  /** Dotted family under the service: `rate_limit`, `auth`, `not_found`, `invalid`, `conflict`, `unavailable`, `network`, `timeout`, `bad_reply`. */
  readonly code: string;
  readonly retryable: boolean;
  /** How long the vendor asked us to wait; null where it did not say. Milliseconds. */
  readonly retryAfterMs: number | null;
  readonly requestId: string | null;
  /** True when the request may have been applied although no answer came: look before repeating a write. */
  readonly outcomeUnknown: boolean;

  constructor(fields: {
    service: IntegrationService;
    message: string;
    status?: number | null;
    code: string;
    retryable: boolean;
    retryAfterMs?: number | null;
    requestId?: string | null;
    outcomeUnknown?: boolean;
    cause?: unknown;
  }) {
    super(fields.message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.service = fields.service;
    this.status = fields.status ?? null;
    this.code = fields.code;
    this.retryable = fields.retryable;
    this.retryAfterMs = fields.retryAfterMs ?? null;
    this.requestId = fields.requestId ?? null;
    this.outcomeUnknown = fields.outcomeUnknown ?? false;
  }
}
