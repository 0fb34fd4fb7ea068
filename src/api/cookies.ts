/** The session's cookie: how it is named, found and sent. */
import type { IncomingMessage } from 'node:http';
import { isOriginOf, isOwnHost } from './local-request.js';

/** The prefix makes a browser refuse it over HTTP, from a sibling domain, or for a part of the site (RFC 6265bis). */
const SECURE_NAME = '__Host-pm_agent_session';
/** On the machine itself, without TLS. Taken there only: elsewhere a sibling domain could have set it. */
const LOCAL_NAME = 'pm_agent_session';
const VALUE = /^[\w-]{20,128}$/;

export interface SessionCookie {
  readonly value: string;
  /** Came under the name that only HTTPS can set. */
  readonly isSecure: boolean;
}

/** The cookie of a request; null where there is none that could be one of ours. */
export function sessionCookieOf(request: IncomingMessage): SessionCookie | null {
  const { cookie, host } = request.headers;
  const secure = valueOf(cookie, SECURE_NAME);
  if (secure !== null) {
    return { value: secure, isSecure: true };
  }
  const local = isOwnHost(host) ? valueOf(cookie, LOCAL_NAME) : null;
  return local === null ? null : { value: local, isSecure: false };
}

/**
 * `Set-Cookie` for a session. `Secure` wherever the browser says that its page came over HTTPS, and wherever it is not
 * this machine that it asks: without TLS in front the browser then drops it, and nobody is signed in over plain HTTP.
 */
export function setSessionCookie(request: IncomingMessage, value: string, seconds: number): string {
  const isPlain = isOwnHost(request.headers.host) && !isOriginOf(request.headers, ['https']);
  const name = isPlain ? LOCAL_NAME : SECURE_NAME;
  return `${name}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${isPlain ? '' : '; Secure'}`;
}

/** `Set-Cookie` that make a browser forget it, under both names. */
export function clearedSessionCookies(): readonly string[] {
  return [
    `${LOCAL_NAME}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict`,
    `${SECURE_NAME}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict; Secure`,
  ];
}

function valueOf(header: string | undefined, name: string): string | null {
  const pairs = (header ?? '').split(';').map((pair) => pair.trim());
  const found = pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
  return VALUE.test(found) ? found : null;
}
