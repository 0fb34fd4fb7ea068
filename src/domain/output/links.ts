import { INLINE_LINK } from '../markup/markdown-inline.js';
import { defanged, linkTo } from '../markup/outgoing-text.js';
import { shortName, type TextRule } from './rule.js';

const SCHEME = String.raw`[a-z][a-z0-9+.-]{1,30}:\\?/\\?/`;
const UNTIL_NEXT = String.raw`(?:(?!${SCHEME})[^\s<>"\x60])*`;
/**
 * What a vendor could make a link of by itself: an address with a scheme, `www.…`, and the bare names that Markdown's
 * auto-linkers know (`.com`, `.net`, `.org`). Backslashes between are markup that vanishes.
 */
const WITHOUT_SCHEME = String.raw`www\\?\.${UNTIL_NEXT}|(?<![\w./@[\]-])(?:[\w.+-]{1,64}@)?(?:[a-z0-9-]{1,63}\.){1,8}(?:com|net|org)(?![\w-])(?:[/?#:]${UNTIL_NEXT})?`;
const ADDRESS = new RegExp(`${SCHEME}${UNTIL_NEXT}|${WITHOUT_SCHEME}`, 'gi');
const BARE_ADDRESS = new RegExp(WITHOUT_SCHEME, 'gi');

/** Links to hosts that are not on the list become words that nobody's software follows. */
export const links: TextRule = (text, { linkHosts }) => {
  const takenOut: string[] = [];
  const dead = (address: string): string => {
    takenOut.push(`a link to ${shortName(hostOf(address))}`);
    return defanged(address.replaceAll('\\', ''));
  };
  const inline = text.replace(INLINE_LINK, (whole: string, label: string, address: string) =>
    linkTo(address, linkHosts) === null ? labelled(label, address, dead(address)) : whole,
  );
  const settled = (address: string): string => {
    const [, core = '', after = ''] = /^(.*?)((?:[.,;:!?'*_~)\]]|\\)*)$/s.exec(address) ?? [];
    if (isDead(core)) {
      // What stands behind a dead address without a space is not dead with it.
      return `${core.replace(BARE_ADDRESS, settled)}${after}`;
    }
    return isAllowed(core, linkHosts) ? address : `${dead(core)}${after}`;
  };
  const clean = inline.replace(ADDRESS, settled);
  return { text: clean, takenOut, refusal: null };
};

function labelled(label: string, address: string, dead: string): string {
  return label.trim() === '' || label === address ? dead : `${label} (${dead})`;
}

function isDead(address: string): boolean {
  return /^hxxps?:/i.test(address);
}

/** A bare name is linked as http. */
function isAllowed(address: string, linkHosts: readonly string[]): boolean {
  const isBare = !/^[a-z][a-z0-9+.-]*:\//i.test(address);
  return linkTo(isBare ? `https://${address}` : address, linkHosts) !== null;
}

/** Without its path, which may hold what must not be told; dead as well. */
function hostOf(address: string): string {
  const host = address.replaceAll('\\', '').replace(/^[a-z][a-z0-9+.-]*:(?:\/\/)?/i, '');
  return defanged(host.split(/[/?#]/)[0] ?? '') || 'nowhere';
}
