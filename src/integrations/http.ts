/** The one way a request leaves to a vendor that has no SDK: fixed base URL, timeout, size cap, classified failures. */
import type { z } from 'zod';
import type { IntegrationService } from '../domain/effect.js';
import type { AddressGuard } from './address-guard.js';
import { beforeSending } from './before-sending.js';
import { badReply, connectionError, notRecognised, type Sent, statusError } from './http-failure.js';
import { IntegrationError } from './integration-error.js';
import type { Traffic } from './traffic/traffic.js';

const DEFAULT_MAX_BYTES = 10 * 1024 * 1024;
const MAX_REDIRECTS = 2;

export interface HttpOptions {
  readonly service: IntegrationService;
  /** With or without a trailing slash; requests never leave it. */
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Finds the vendor's own sentence in an error body (parsed JSON, or the text where it is none). */
  readonly messageOf: (body: unknown) => string | null;
  /** Response headers that may name the request, first found wins. */
  readonly requestIdHeaders?: readonly string[];
  readonly maxBytes?: number;
  /** The vendor's word, in the headers of an answer of whatever status, for why our credentials do not count; null for none. */
  readonly refusedLogin?: (headers: Headers) => string | null;
  /** Looked at before each request. */
  readonly guard?: AddressGuard;
  /** What the vendor asked of us before; nothing is put off where not given. */
  readonly traffic?: Traffic;
  /** The one thing at this path that a write changes; null for none. */
  readonly resourceOf?: (path: string) => string | null;
  /** As `beforeSending` has it. */
  readonly now?: () => number;
}

export interface HttpRequest {
  readonly method: string;
  /** Begins with `/`; every variable segment was encoded by `segment`. */
  readonly path: string;
  /** A list is sent as one parameter repeated. */
  readonly query?: Readonly<Record<string, string | number | readonly string[] | undefined>>;
  /** Sent as JSON; left out when undefined. */
  readonly body?: unknown;
  /** A POST that only reads; no failure of it leaves an outcome open. */
  readonly readOnly?: boolean;
  /** The vendor answers this GET with a redirect to another address of its own; followed within the same origin only. */
  readonly followOwnRedirects?: boolean;
  /** What is answered is this; JSON where left out. */
  readonly answer?: 'text';
  /** More than the client's own limit, for an answer that is a page of large things. */
  readonly maxBytes?: number;
  /** What it is about, where the path is the same for everything (`placeOf`): an outage shows in several things that fail. */
  readonly place?: string;
  readonly signal?: AbortSignal;
}

export interface HttpClient {
  /** Sends and reads the answer as `schema` says. Throws `IntegrationError`, or the signal's reason when the caller aborted. */
  send<T>(request: HttpRequest, schema: z.ZodType<T>): Promise<T>;
}

/** One variable part of a path. Refuses what a URL would resolve away. */
export function segment(value: string): string {
  if (value === '' || value === '.' || value === '..') {
    throw new TypeError(`"${value}" cannot be part of a path`);
  }
  return encodeURIComponent(value);
}

export function createHttpClient(options: HttpOptions): HttpClient {
  const base = new URL(options.baseUrl.endsWith('/') ? options.baseUrl : `${options.baseUrl}/`);
  return {
    send: async (request, schema) => {
      const { method, path } = request;
      const write = method !== 'GET' && request.readOnly !== true;
      const sent: Sent = { service: options.service, method, path, write };
      const resource = write ? (options.resourceOf?.(path) ?? null) : null;
      const exchanged = () => exchange(options, base, request, sent);
      const call = { sent, resource, ...(request.place === undefined ? {} : { place: request.place }) };
      const answer = await (options.traffic?.pass(call, exchanged) ?? exchanged());
      const parsed = schema.safeParse(answer.body);
      if (!parsed.success) {
        const where = parsed.error.issues
          .map((issue) => issue.path.join('.') || 'the whole body')
          .slice(0, 5);
        throw badReply(sent, `a body that does not fit at ${where.join(', ')}`, answer);
      }
      return parsed.data;
    },
  };
}

interface Answer {
  readonly status: number;
  readonly requestId: string | null;
  /** Parsed JSON; null for an empty body. */
  readonly body: unknown;
}

async function exchange(options: HttpOptions, base: URL, request: HttpRequest, sent: Sent): Promise<Answer> {
  const url = urlOf(base, request);
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const signal = request.signal === undefined ? timeout : AbortSignal.any([timeout, request.signal]);
  try {
    await beforeSending({ sent, guard: options.guard, signal, now: options.now });
    const response = await fetchWithin(options, url, request, sent, signal);
    const requestId = requestIdOf(options, response.headers);
    const text = await readCapped(response, request.maxBytes ?? options.maxBytes ?? DEFAULT_MAX_BYTES, sent);
    const body = response.ok && request.answer === 'text' ? text : parsedOr(text);
    if (!response.ok) {
      throw statusError(sent, response.status, response.headers, options.messageOf(body ?? text), requestId);
    }
    if (body === undefined) {
      throw badReply(sent, 'something that is no JSON', { status: response.status, requestId });
    }
    return { status: response.status, requestId, body };
  } catch (error) {
    if (request.signal?.aborted === true) {
      throw request.signal.reason;
    }
    throw error instanceof IntegrationError ? error : connectionError(sent, error, timeout.aborted);
  }
}

async function fetchWithin(
  options: HttpOptions,
  first: URL,
  request: HttpRequest,
  sent: Sent,
  signal: AbortSignal,
): Promise<Response> {
  const init: RequestInit = {
    method: request.method,
    redirect: 'manual',
    signal,
    headers: {
      accept: request.answer === 'text' ? 'text/plain, */*;q=0.1' : 'application/json',
      'user-agent': 'pm-agent',
      ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...options.headers,
    },
    ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
  };
  let url = first;
  for (let left = MAX_REDIRECTS; ; left--) {
    const response = await fetch(url, init);
    await assertRecognised(options, response, sent);
    const location =
      response.status >= 300 && response.status < 400 ? response.headers.get('location') : null;
    if (location === null) {
      return response;
    }
    await response.body?.cancel();
    const next = new URL(location, url);
    if (
      left === 0 ||
      request.followOwnRedirects !== true ||
      request.method !== 'GET' ||
      next.origin !== first.origin
    ) {
      throw badReply(sent, `a redirect to ${next.host}, which is not followed: check the base URL`, {
        status: response.status,
      });
    }
    url = next;
  }
}

/** What is answered to somebody else, or to nobody, says nothing of what we asked. */
async function assertRecognised(options: HttpOptions, response: Response, sent: Sent): Promise<void> {
  const why = options.refusedLogin?.(response.headers) ?? null;
  if (why !== null) {
    await response.body?.cancel();
    throw notRecognised(sent, response.status, why, requestIdOf(options, response.headers));
  }
}

function urlOf(base: URL, request: HttpRequest): URL {
  const url = new URL(base.pathname.replace(/\/$/, '') + request.path, base);
  if (
    !/^\/(?!\/)/.test(request.path) ||
    url.origin !== base.origin ||
    !url.pathname.startsWith(base.pathname)
  ) {
    throw new TypeError(`the path ${request.path} leaves the base URL`);
  }
  for (const [name, value] of Object.entries(request.query ?? {})) {
    for (const one of [value].flat()) {
      if (one !== undefined) {
        url.searchParams.append(name, String(one));
      }
    }
  }
  return url;
}

function requestIdOf(options: HttpOptions, headers: Headers): string | null {
  const names = options.requestIdHeaders ?? ['x-request-id'];
  return names.map((name) => headers.get(name)).find((value) => value !== null) ?? null;
}

async function readCapped(response: Response, maxBytes: number, sent: Sent): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) {
      throw badReply(sent, `more than ${maxBytes} bytes`, { status: response.status });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Parsed JSON; null for an empty text; undefined where it is no JSON. */
function parsedOr(text: string): unknown {
  if (text.trim() === '') {
    return null;
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
