/**
 * Jira refuses credentials without saying so in the status: it takes the call as nobody's and answers what nobody may see,
 * 200 with nothing in it or 404. Only `/myself` and a few more say 401. What tells is a header of Seraph, the library by which
 * Cloud and Data Center log people in (com.atlassian.seraph.auth.LoginReason).
 */
const HEADER = 'x-seraph-loginreason';

/** A token that expired or was cut; a login that first wants a CAPTCHA solved; nobody, where somebody was named. */
const REFUSED = new Set(['AUTHENTICATED_FAILED', 'AUTHENTICATION_DENIED', 'OUT']);

/** Jira's word for why our credentials do not count; null where they do, or where it says nothing of them. */
export function refusedLogin(headers: Headers): string | null {
  // Each of several tries to log in leaves a word: `OUT, OK` is a login.
  const words = (headers.get(HEADER) ?? '').split(',').map((word) => word.trim().toUpperCase());
  const refused = words.find((word) => REFUSED.has(word)) ?? null;
  return words.includes('OK') || isSomebody(headers) ? null : refused;
}

/** Data Center names whom it took the caller for, however that one logged in. */
function isSomebody(headers: Headers): boolean {
  const name = headers.get('x-ausername') ?? 'anonymous';
  return name !== '' && name !== 'anonymous';
}
