/**
 * What a reader sees of mrkdwn: each character but blanks, with what it stands in (quotes, code, a link). Written down without
 * the code that parts messages: two texts that show the same say the same.
 */
export function shownMrkdwn(mrkdwn: string): readonly string[] {
  const shown: string[] = [];
  let isFenced = false;
  for (const line of mrkdwn.split('\n')) {
    let quotes = 0;
    const show = (text: string, place: string) => {
      shown.push(
        ...Array.from(text)
          .filter((char) => char.trim() !== '')
          .map((char) => `${char} ${quotes}${place}`),
      );
    };
    const isBorder = line.endsWith('```');
    const words = isBorder ? line.slice(0, -3) : line;
    for (const [all, escape, href, label, code] of words.matchAll(isFenced ? PARTS_OF_CODE : PARTS)) {
      if (escape !== undefined) {
        show(CHARACTERS[escape] ?? '', isFenced ? 'fenced' : '');
      } else if (all === '>') {
        quotes += 1;
      } else if (code !== undefined) {
        show(
          code.replace(/&(amp|lt|gt);/g, (_all, name: string) => CHARACTERS[name] ?? ''),
          'code',
        );
      } else if (href !== undefined) {
        show(label ?? href, href);
      } else {
        show(all, isFenced ? 'fenced' : '');
      }
    }
    isFenced = isFenced !== isBorder;
  }
  return shown;
}

const CHARACTERS: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>' };
const PARTS_OF_CODE = /&(amp|lt|gt);|./gsu;
const PARTS = /&(amp|lt|gt);|<([^|<>]*)(?:\|([^<>]*))?>|`([^`]+)`|./gsu;
