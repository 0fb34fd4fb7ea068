/** One line and one count for each delivery, whatever became of it: never its body, its signature or a person's words. */
import type { IncomingMessage } from 'node:http';
import type { EventSource } from '../../domain/event.js';
import type { Logger } from '../../log.js';
import type { ClientAddress } from '../client-address.js';
import type { HttpError } from '../http-error.js';
import { type DeliveryResult, type Refusal, refusalOf } from './refusals.js';

export interface WebhookMetrics {
  delivered(source: EventSource, result: DeliveryResult): void;
  refused(source: EventSource, reason: Refusal): void;
  /** Turned away only because the vendor's clock and ours differ. */
  skewed(source: EventSource): void;
  acknowledged(source: EventSource, milliseconds: number): void;
}

export interface ReportTo {
  readonly metrics: WebhookMetrics;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  readonly clientAddress: ClientAddress;
}

const RESULTS: { readonly [R in Refusal]?: DeliveryResult } = {
  unavailable: 'unavailable',
  unreadable_body: 'dead_letter',
};

/** Made when a delivery comes in; ended by `answered` or by `refused`. */
export class DeliveryReport {
  /** As read; until then as announced. */
  bytes: number;
  private readonly source: EventSource;
  /**
   * The address that limits count against: whoever reads that it was turned away looks for it in the log. Asked at once,
   * for a connection that is gone has none.
   */
  private readonly remote: string;
  private readonly to: ReportTo;
  private readonly startedAt = performance.now();

  constructor(source: EventSource, request: IncomingMessage, to: ReportTo) {
    this.source = source;
    this.to = to;
    this.remote = to.clientAddress(request);
    this.bytes = Number(request.headers['content-length'] ?? 0);
  }

  /** @param about ids and names of the event */
  answered(result: DeliveryResult, about: Readonly<Record<string, unknown>>): void {
    const { metrics, log } = this.to;
    const milliseconds = performance.now() - this.startedAt;
    metrics.delivered(this.source, result);
    metrics.acknowledged(this.source, milliseconds);
    log.info({ ...about, ...this.line(milliseconds), result }, 'webhook');
  }

  /** @param error what led to the answer: told where that is ours */
  refused(answer: HttpError, error: unknown): void {
    const { metrics, log } = this.to;
    const reason = refusalOf(answer.code);
    const result = RESULTS[reason] ?? 'refused';
    metrics.delivered(this.source, result);
    metrics.refused(this.source, reason);
    const { eventId } = answer.details;
    const line = {
      ...(eventId === undefined ? {} : { eventId }),
      ...this.line(performance.now() - this.startedAt),
      result,
      reason,
      status: answer.status,
    };
    if (result === 'unavailable') {
      log.error({ ...line, err: error }, 'webhook');
    } else {
      log.warn(line, 'webhook');
    }
  }

  private line(milliseconds: number) {
    const { source, remote, bytes } = this;
    return { source, remote, bytes, ms: Math.round(milliseconds) };
  }
}
