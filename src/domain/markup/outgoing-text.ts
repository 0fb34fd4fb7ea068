/** What may leave in a text that a model wrote: no hidden characters, links only to known hosts, mentions only of known ids. */

export interface Allowed {
  /** `host` or `host:port`. */
  readonly linkHosts: readonly string[];
  /** Ids as the vendors spell them, without braces; none where left out. */
  readonly mentions?: readonly string[];
}

export const NOTHING_ALLOWED: Allowed = { linkHosts: [] };

/**
 * Controls, zero-width and bidirectional marks, tag characters, fillers and lone variation selectors go: unseen by the
 * approver, read by machines. Joiners and emoji selectors stay where emoji and scripts need them, beside characters beyond
 * ASCII; half a surrogate pair becomes U+FFFD, line and paragraph separators become line breaks.
 */
export function visibleText(text: string): string {
  return text
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(/(?![\n\t]|\u200C|\u200D|\uFE0E|\uFE0F)[\p{Cc}\p{Cf}\p{DI}]/gu, '')
    .replace(LONE_SELECTOR, '')
    .replace(LONE_JOINER, '')
    .replace(/\p{Surrogate}/gu, '\uFFFD');
}

const ASCII = String.raw`\u0000-\u007F`;
const LONE_SELECTOR = new RegExp(
  String.raw`(?<![^${ASCII}\uFE0E\uFE0F\u200C\u200D])[\uFE0E\uFE0F](?!\u20E3)`,
  'gu',
);
const LONE_JOINER = new RegExp(
  String.raw`(?<=^|[${ASCII}])[\u200C\u200D]+|[\u200C\u200D]{2,}|[\u200C\u200D]+(?=$|[${ASCII}])`,
  'gu',
);

/**
 * An address whose host every parser reads alike: two slashes, then ASCII letters up to the path. A backslash, a user name or a
 * letter that is only mapped to ASCII (`ⓑ`) makes browsers and servers see different hosts.
 */
const PLAIN = /^https?:\/\/[a-z0-9._:[\]-]+(?:[/?#]|$)/i;

/**
 * The address to link to, normalised, where its host is on the list (`host` or `host:port`, any case); null otherwise.
 * Addresses whose host is not spelled plainly, with another scheme than http(s), longer than 2,000 characters, or with another
 * address behind their host are never linked.
 */
export function linkTo(address: string, linkHosts: readonly string[]): string | null {
  const url = PLAIN.test(address) && URL.canParse(address) ? new URL(address) : null;
  if (url === null || leadsOn(url)) {
    return null;
  }
  const allowed = linkHosts.some((host) => [url.host, url.hostname].includes(host.toLowerCase()));
  return allowed && url.href.length <= 2_000 ? url.href : null;
}

/**
 * Does an address stand behind the host, as sign-in pages take one to go on to: `?next=https%3A%2F%2F…`, `?next=//…`, encoded
 * however often? Where it leads is then for another page to say.
 */
function leadsOn({ pathname, search, hash }: URL): boolean {
  const rest = `${pathname}${search}${hash}`.replace(/%(?:25)*([0-7][0-9a-f])/gi, (_all, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
  return /https?:|:[/\\]{2}|(?:^|[=?&#;])\s*[/\\]{2}/i.test(rest);
}

/**
 * An address that a person can still read and no program will fetch: `hxxps://evil[.]example/path`, `ftp[:]//evil[.]example`.
 * One that is dead already stays as it is.
 */
export function defanged(address: string): string {
  const [, scheme = '', host = '', rest = ''] =
    /^([a-z][a-z0-9+.-]*:\/\/|(?:mailto|javascript|data|tel):)?([^/?#]*)(.*)$/is.exec(address) ?? [];
  return `${deadScheme(scheme)}${host.replace(/(?<!\[)\.(?!\])/g, '[.]')}${rest}`;
}

function deadScheme(scheme: string): string {
  return /^h(?:tt|xx)p/i.test(scheme) ? scheme.replace(/^http/i, 'hxxp') : scheme.replace('://', '[:]//');
}

/** Defangs every address to a foreign host that still stands in a plain text. */
export function deadAddresses(text: string, linkHosts: readonly string[]): string {
  return text.replace(/(?:https?:\/\/|www\.)(?:(?!https?:\/\/|www\.)\S)*/gi, (address) =>
    linkTo(address, linkHosts) === null ? defanged(address) : address,
  );
}
