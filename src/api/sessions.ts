/** Browser sessions: an opaque random id in a cookie, its hash in the inbox's database, a CSRF token derived from it. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { SessionStore } from '../inbox/people/sessions.js';
import { sha256Of } from '../operators/token-secret.js';

const ID_BYTES = 32;
export const SESSION_IDLE_MS = 30 * 60_000;
export const SESSION_LONGEST_MS = 12 * 3_600_000;
/** Seen more often than this is not written down. */
const TOUCH_MS = 60_000;

export interface Session {
  /** What the cookie holds. */
  readonly id: string;
  /** The sha256 of the token that it was given for; `local` for none. */
  readonly credential: string;
  readonly csrfToken: string;
  /** Epoch milliseconds; sooner where nothing is asked for `SESSION_IDLE_MS`. */
  readonly expiresMs: number;
}

export interface Sessions {
  open(credential: string, nowMs: number): Promise<Session>;
  /** The session that a cookie names and that is not over; notes that it was seen. */
  find(id: string, nowMs: number): Session | null;
  close(id: string): Promise<void>;
}

export function createSessions(store: SessionStore): Sessions {
  return {
    async open(credential, nowMs) {
      const id = randomBytes(ID_BYTES).toString('base64url');
      const expiresMs = nowMs + SESSION_LONGEST_MS;
      const row = { sha256: sha256Of(id), credential, createdMs: nowMs, seenMs: nowMs, expiresMs };
      await store.add(row, SESSION_IDLE_MS);
      return { id, credential, csrfToken: csrfTokenOf(id), expiresMs };
    },
    find(id, nowMs) {
      const row = store.find(sha256Of(id));
      if (row === null || row.expiresMs <= nowMs || nowMs - row.seenMs >= SESSION_IDLE_MS) {
        return null;
      }
      // Either way: after the clock was set back, idleness is counted from the new time on.
      if (Math.abs(nowMs - row.seenMs) >= TOUCH_MS) {
        // Not seen in time is the worst that a failed write can lead to.
        store.touch(row.sha256, nowMs).catch(() => undefined);
      }
      const { credential, expiresMs } = row;
      return { id, credential, csrfToken: csrfTokenOf(id), expiresMs };
    },
    close: (id) => store.remove(sha256Of(id)),
  };
}

/** Whoever knows it knows the session's id, or was told by a page that has the session. */
function csrfTokenOf(id: string): string {
  return createHmac('sha256', id).update('csrf').digest('base64url');
}

/** Hashed first, so that both sides have one length and the time tells nothing. */
export function isCsrfTokenOf(session: Session, given: string | undefined): boolean {
  return (
    given !== undefined &&
    timingSafeEqual(Buffer.from(sha256Of(given)), Buffer.from(sha256Of(session.csrfToken)))
  );
}
