/** What every call to a simulated vendor goes through before its routes: the log, the faults, and what it may see. */
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { decidesTheAnswer, type Fault, type Faults } from './faults.js';
import { markTokenExpired } from './http.js';
import { rateLimitHeaders } from './rate-limit.js';
import { withReadView } from './read-view.js';
import type { Received } from './received.js';
import type { Vendor } from './vendors.js';

export interface VendorCallOptions {
  readonly vendor: Vendor;
  readonly received: Received;
  readonly faults: Faults;
  readonly clock: () => Date;
  /** What a fault of kind `status` answers, in the vendor's shape; its own headers are already set. */
  readonly answerFault: (response: Response, status: number, path: string) => void;
  /** Does this call only read? GET and HEAD always do. */
  readonly isReading: (method: string, path: string) => boolean;
}

/** The middleware of one vendor; `request.path` is below the vendor's base here. */
export function createVendorCalls(options: VendorCallOptions): RequestHandler {
  const { vendor, received, faults, clock } = options;
  return (request, response, next) => {
    const { method, path } = request;
    const entry = received.begin({
      vendor,
      method,
      path,
      query: request.query,
      headers: request.headers,
      body: (request.body ?? null) as unknown,
      at: clock().toISOString(),
    });
    const hit = faults.take(vendor, method, path);
    const deciding = hit.find(decidesTheAnswer);
    const shown = deciding ?? hit[0];
    onAnswer(response, (status) => received.finish(entry, status, shown?.kind ?? null));
    const go = (): void =>
      answer(options, request, response, next, hit, deciding ?? null, () =>
        received.finish(entry, null, shown?.kind ?? null),
      );
    const wait = hit.find(({ kind }) => kind === 'delay')?.ms ?? 0;
    if (wait > 0) setTimeout(go, wait);
    else go();
  };
}

function answer(
  options: VendorCallOptions,
  request: Request,
  response: Response,
  next: NextFunction,
  hit: readonly Fault[],
  deciding: Fault | null,
  notApplied: () => void,
): void {
  if (deciding?.kind === 'cut_before') {
    notApplied();
    request.socket.destroy();
    return;
  }
  if (deciding?.kind === 'status') {
    response.set(deciding.headers);
    options.answerFault(response, deciding.status ?? 500, request.path);
    return;
  }
  if (deciding?.kind === 'rate_limit') {
    response.set(rateLimitHeaders(options.vendor, deciding.limit, deciding.ms, options.clock()));
    options.answerFault(response, 429, request.path);
    return;
  }
  if (deciding?.kind === 'expired_token') markTokenExpired(response);
  if (deciding?.kind === 'cut_after') cutTheAnswer(request, response);
  const reading = request.method === 'GET' || request.method === 'HEAD';
  const hideWritesMs = hit.find(({ kind }) => kind === 'hide_markers')?.ms ?? 0;
  const view = { reading: reading || options.isReading(request.method, request.path), hideWritesMs };
  withReadView(view, () => next());
}

/** Tells the status before the answer leaves, so that whoever got an answer finds it in the log. */
function onAnswer(response: Response, tell: (status: number) => void): void {
  const end = response.end.bind(response) as (...parts: unknown[]) => Response;
  response.end = ((...parts: unknown[]) => {
    tell(response.statusCode);
    return end(...parts);
  }) as typeof response.end;
}

/** The call is applied, but nothing of its answer leaves: the connection breaks instead. */
function cutTheAnswer(request: Request, response: Response): void {
  const tellStatus = response.end.bind(response) as () => Response;
  response.flushHeaders = () => undefined;
  response.write = () => true;
  response.end = (() => {
    request.socket.destroy();
    return tellStatus();
  }) as typeof response.end;
}
