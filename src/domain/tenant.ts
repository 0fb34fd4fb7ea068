/** The site's host, from any address that a vendor gives of itself; `default` where none is one. Nothing is ever fetched from it. */
export function siteOf(...selves: readonly (string | null | undefined)[]): string {
  const self = selves.find((candidate) => typeof candidate === 'string' && URL.canParse(candidate));
  return typeof self === 'string' ? new URL(self).host || 'default' : 'default';
}
