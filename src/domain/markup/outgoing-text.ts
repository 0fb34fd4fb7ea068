/** What may leave in a text that a model wrote: no hidden characters, and links only to known hosts. */

/**
 * Controls, zero-width and bidirectional marks, and tag characters: unseen by the approver, read by machines.
 * Joiners stay (emoji and some scripts need them); half a surrogate pair becomes U+FFFD.
 */
export function visibleText(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/(?![\n\t\u200C\u200D])[\p{Cc}\p{Cf}]/gu, '')
    .replace(/\p{Surrogate}/gu, '\uFFFD');
}

/**
 * The address to link to, normalised, where its host is on the list (`host` or `host:port`, any case); null otherwise.
 * Addresses with a user name, with another scheme than http(s), or longer than 2,000 characters are never linked.
 */
export function linkTo(address: string, linkHosts: readonly string[]): string | null {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    return null;
  }
  const allowed = linkHosts.some((host) => [url.host, url.hostname].includes(host.toLowerCase()));
  return allowed && url.href.length <= 2_000 ? url.href : null;
}

/** An address that a person can still read and no program will fetch: `hxxps://evil[.]example/path`. */
export function defanged(address: string): string {
  const [, scheme = '', host = '', rest = ''] =
    /^([a-z][a-z0-9+.-]*:(?:\/\/)?)?([^/?#]*)(.*)$/is.exec(address) ?? [];
  return `${scheme.replace(/^http/i, 'hxxp')}${host.replaceAll('.', '[.]')}${rest}`;
}

/** Defangs every address to a foreign host that still stands in a plain text. */
export function deadAddresses(text: string, linkHosts: readonly string[]): string {
  return text.replace(/(?:https?:\/\/|www\.)(?:(?!https?:\/\/|www\.)\S)*/gi, (address) =>
    linkTo(address, linkHosts) === null ? defanged(address) : address,
  );
}
