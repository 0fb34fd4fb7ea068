/** The raw bytes of a request, counted while they stream in. Signatures are over exactly these bytes. */
import type { IncomingMessage } from 'node:http';
import { HttpError } from '../http-error.js';
import type { Arriving, BodyRoom } from './body-room.js';
import { discardRest } from './discard-rest.js';

export interface BodyLimits {
  /** Bytes of this body. */
  readonly limit: number;
  /** Where it finds room beside all others. */
  readonly room: BodyRoom;
  /** Whose body it is. */
  readonly address: string;
}

/** Bytes that a chunk takes besides its own: a body may come byte by byte, and each is an object then. */
const CHUNK_COST = 256;

/**
 * Reads a body of at most `limit` bytes. Rejects with `HttpError` 413 (too long; the connection is to be closed), 503
 * (too much in flight) or 400 (the sender went away). Nothing is inflated: the caller refuses content encodings.
 */
export function readBody(request: IncomingMessage, { limit, room, address }: BodyLimits): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const refuse = (error: HttpError): void => {
      if (reading.end() !== null) {
        discardRest(request, ({ isWhole }) => reject(isWhole ? error : closing(error)));
      }
    };
    const reading = new Reading(limit, room, address, () => refuse(tooMuchAtOnce()));
    if (isDeclaredTooLarge(request, limit)) {
      refuse(tooLarge(limit));
      return;
    }
    request.on('data', (chunk: Buffer) => {
      const problem = reading.take(chunk);
      if (problem !== null) {
        refuse(problem);
      }
    });
    request.on('end', () => {
      const chunks = reading.end();
      if (chunks !== null) {
        resolve(joined(chunks));
      }
    });
    request.on('close', () => {
      if (reading.end() !== null) {
        reject(new HttpError(400, 'bad_request', 'the body ended early'));
      }
    });
    request.on('error', () => request.destroy());
  });
}

/**
 * Answers a delivery that is refused by its headers, without keeping a byte of its body: rejects with `refusal`, or with
 * 413 where the body is too long.
 */
export function refuseUnread(
  request: IncomingMessage,
  limit: number,
  refusal: () => HttpError,
): Promise<never> {
  request.on('error', () => request.destroy());
  return new Promise((_resolve, reject) => {
    discardRest(request, ({ bytes, isWhole }) => {
      const error = isDeclaredTooLarge(request, limit) || bytes > limit ? tooLarge(limit) : refusal();
      reject(isWhole ? error : closing(error));
    });
  });
}

/** What has arrived of one body. */
class Reading implements Arriving {
  readonly address: string;
  readonly since = performance.now();
  readonly giveUp: () => void;
  held = 0;
  private readonly limit: number;
  private readonly room: BodyRoom;
  /** Null once it has ended: what was kept must be free at once, although the request lives on for its answer. */
  private chunks: Buffer[] | null = [];
  private size = 0;

  constructor(limit: number, room: BodyRoom, address: string, giveUp: () => void) {
    this.limit = limit;
    this.room = room;
    this.address = address;
    this.giveUp = giveUp;
    room.enter(this);
  }

  /** Keeps a chunk, or says why no more is taken. */
  take(chunk: Buffer): HttpError | null {
    if (this.chunks === null) {
      return null;
    }
    this.size += chunk.length;
    if (this.size > this.limit) {
      return tooLarge(this.limit);
    }
    if (!this.room.take(this, chunk.length + CHUNK_COST)) {
      return tooMuchAtOnce();
    }
    this.chunks.push(chunk);
    return null;
  }

  /** What has arrived, the first time; null from then on. */
  end(): readonly Buffer[] | null {
    const { chunks } = this;
    this.chunks = null;
    this.room.leave(this);
    return chunks;
  }
}

function joined(chunks: readonly Buffer[]): Buffer {
  const [first] = chunks;
  return chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
}

function isDeclaredTooLarge({ headers }: IncomingMessage, limit: number): boolean {
  return Number(headers['content-length'] ?? 0) > limit;
}

/** Whoever does not stop sending is not heard any longer. */
function closing(error: HttpError): HttpError {
  return error.with({ Connection: 'close' });
}

function tooLarge(limit: number): HttpError {
  return new HttpError(413, 'too_large', `the body is larger than ${limit} bytes`);
}

function tooMuchAtOnce(): HttpError {
  return new HttpError(503, 'unavailable', 'too many deliveries at once; send this one again');
}
