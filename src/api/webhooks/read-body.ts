/** The raw bytes of a request, counted while they stream in. Signatures are over exactly these bytes. */
import type { IncomingMessage } from 'node:http';
import { HttpError } from '../http-error.js';

/** Bytes that all deliveries together may hold in memory; Jira sends up to 30 at once. */
const IN_FLIGHT_LIMIT = 128 * 1024 * 1024;

/** How much of a refused body is still read and thrown away, and how long, so that its sender gets to read the answer. */
const DISCARD_LIMIT = 8 * 1024 * 1024;
const DISCARD_MS = 1_000;

let inFlight = 0;

/**
 * Reads a body of at most `limit` bytes. Rejects with `HttpError` 413 (too long; the connection is to be closed), 503
 * (too much in flight) or 400 (the sender went away). Nothing is inflated: the caller refuses content encodings.
 */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const reading = new Reading(limit);
    const finish = (settle: () => void): void => {
      if (reading.close()) {
        settle();
      }
    };
    const refuse = (error: HttpError): void => {
      finish(() => {
        discardRest(request, () => reject(error));
      });
    };
    if (Number(request.headers['content-length'] ?? 0) > limit) {
      refuse(tooLarge(limit));
      return;
    }
    request.on('data', (chunk: Buffer) => {
      const problem = reading.take(chunk);
      if (problem !== null) {
        refuse(problem);
      }
    });
    request.on('end', () => finish(() => resolve(reading.bytes())));
    request.on('close', () =>
      finish(() => reject(new HttpError(400, 'bad_request', 'the body ended early'))),
    );
    request.on('error', () => request.destroy());
  });
}

/** What has arrived of one body. */
class Reading {
  private readonly limit: number;
  private chunks: Buffer[] = [];
  private size = 0;
  private open = true;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Keeps a chunk, or says why no more is taken. */
  take(chunk: Buffer): HttpError | null {
    if (!this.open) {
      return null;
    }
    this.size += chunk.length;
    inFlight += chunk.length;
    if (this.size > this.limit) {
      return tooLarge(this.limit);
    }
    if (inFlight > IN_FLIGHT_LIMIT) {
      return new HttpError(503, 'unavailable', 'too many deliveries at once; send this one again');
    }
    this.chunks.push(chunk);
    return null;
  }

  /** True the first time. */
  close(): boolean {
    const wasOpen = this.open;
    this.open = false;
    if (wasOpen) {
      inFlight -= this.size;
    }
    return wasOpen;
  }

  bytes(): Buffer {
    const [first] = this.chunks;
    return this.chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.chunks);
  }
}

function discardRest(request: IncomingMessage, then: () => void): void {
  let discarded = 0;
  const timer = setTimeout(then, DISCARD_MS);
  const stop = (): void => {
    clearTimeout(timer);
    then();
  };
  request.on('data', (chunk: Buffer) => {
    discarded += chunk.length;
    if (discarded > DISCARD_LIMIT) {
      request.pause();
      stop();
    }
  });
  request.on('end', stop);
  request.on('close', stop);
  request.resume();
}

function tooLarge(limit: number): HttpError {
  return new HttpError(413, 'too_large', `the body is larger than ${limit} bytes`);
}
