/** A message in mrkdwn, parted for Block Kit: what its sections show together is what the text says. */

/** Longest text of a section (docs.slack.dev, "Text object"), in UTF-16 units: never less than Slack may count. */
export const SLACK_SECTION_LIMIT = 3_000;

/** A cut before the middle is taken only where there is none after it: otherwise 50 blocks might not hold a text. */
const MIDDLE = SLACK_SECTION_LIMIT / 2;

/** Where a text may be parted, from the worst place to the best. */
const PLACE = { character: 0, word: 1, lineOfCode: 2, line: 3, paragraph: 4 } as const;

interface Cut {
  readonly at: number;
  readonly place: number;
  /** Ends what is open, on the near side. */
  readonly closing: string;
  /** Begins it again, on the far side. */
  readonly reopening: string;
}

const FENCE = '```';
/** What `markdownToSlackMrkdwn` puts before the lines of quotes and lists, which it nests up to six deep. */
const LEAD = /^(?:> |• |\d{1,10}\. | {4}){0,6}/;
const BLANK = /^[> ]*$/;
/**
 * What is never parted, in blocks of code too: escapes, flags, a letter with its marks, pictures that are joined. Blanks are,
 * where there are very many.
 */
const PIECE_OF_CODE = /&(?:amp|lt|gt);|[^\S\n]{1,100}|\p{RI}{2}|.(?:[\p{M}\p{EMod}]|\u200D\p{ExtPict})*/gsu;
/** Outside of them neither are links, mentions and code in a line. */
const PIECE = new RegExp(`<[^<>\\n]*>|\`[^\`\\n]*\`|${PIECE_OF_CODE.source}`, PIECE_OF_CODE.flags);

/**
 * Sections of at most 3,000 characters, for what `markdownToSlackMrkdwn` wrote: parted between paragraphs, else lines, else
 * words. Code goes on in a block of its own, a quoted line in a quote. A text within Slack's 40,000 characters makes
 * fewer than 50. Null where a piece that cannot be parted (a link, code in a line) is longer, or nothing is said.
 */
export function mrkdwnSections(mrkdwn: string): readonly string[] | null {
  const sections: string[] = [];
  let rest = mrkdwn;
  while (rest.length > SLACK_SECTION_LIMIT) {
    const cut = bestCut(rest);
    if (cut === null) {
      return null;
    }
    sections.push(nearSide(rest, cut));
    rest = farSide(rest, cut);
  }
  const said = [...sections, rest].filter((section) => !/^[>\s]*$/.test(section));
  return said.length === 0 ? null : said;
}

function bestCut(text: string): Cut | null {
  let best: Cut | null = null;
  for (const cut of cutsOf(text)) {
    if (cut.at > SLACK_SECTION_LIMIT) {
      break;
    }
    const fits = cut.at + cut.closing.length <= SLACK_SECTION_LIMIT;
    if (fits && (best === null || best.at < MIDDLE || cut.place >= best.place)) {
      best = cut;
    }
  }
  return best;
}

function nearSide(text: string, { at, closing }: Cut): string {
  const near = text.slice(0, at);
  return closing === '' ? near.trimEnd().replace(/(?:\n[> ]*)+$/, '') : near + closing;
}

function farSide(text: string, { at, place, closing, reopening }: Cut): string {
  const far = text.slice(at);
  if (place >= PLACE.lineOfCode) {
    return reopening + far.slice('\n'.length).replace(closing === '' ? /^(?:[> ]*\n)+/ : '', '');
  }
  return reopening + (closing === '' ? far.replace(/^[^\S\n]+/, '') : far);
}

/** In the order of the text. */
function* cutsOf(text: string): Generator<Cut> {
  /** What the lines of the code block that is open begin with; null where none is. */
  let code: string | null = null;
  let at = 0;
  let before: string | null = null;
  for (const line of text.split('\n')) {
    const lead: string = code ?? LEAD.exec(line)?.[0] ?? '';
    const isFence = line.slice(lead.length) === FENCE;
    if (before !== null) {
      yield* cutBefore({ line, before, at: at - 1, code, isFence });
    }
    if (isFence) {
      code = code === null ? continued(lead) : null;
    } else {
      yield* cutsWithin(line, at, lead, code);
    }
    before = line;
    at += line.length + 1;
  }
}

interface LineBorder {
  readonly line: string;
  readonly before: string;
  readonly at: number;
  readonly code: string | null;
  readonly isFence: boolean;
}

/** Between two lines; not where a code block would be left without a line. */
function* cutBefore({ line, before, at, code, isFence }: LineBorder): Generator<Cut> {
  if (code === null) {
    const place = BLANK.test(line) || BLANK.test(before) ? PLACE.paragraph : PLACE.line;
    yield { at, place, closing: '', reopening: '' };
  } else if (!isFence && !before.endsWith(FENCE)) {
    const fence = code + FENCE;
    yield { at, place: PLACE.lineOfCode, closing: `\n${fence}`, reopening: `${fence}\n` };
  }
}

/** After at least one piece of the line, so that each section brings the text on. */
function* cutsWithin(line: string, start: number, lead: string, code: string | null): Generator<Cut> {
  const ends =
    code === null
      ? { closing: '', reopening: continued(lead) }
      : { closing: `\n${code}${FENCE}`, reopening: `${code}${FENCE}\n${code}` };
  let before: string | null = null;
  for (const { 0: piece, index } of line.slice(lead.length).matchAll(code === null ? PIECE : PIECE_OF_CODE)) {
    if (before !== null) {
      const place = isSpace(piece) || isSpace(before) ? PLACE.word : PLACE.character;
      yield { at: start + lead.length + index, place, ...ends };
    }
    before = piece;
  }
}

function isSpace(piece: string): boolean {
  return piece.trim() === '';
}

/** A line that goes on stays in its quote, and stands as far in as the other lines of its list's item. */
function continued(lead: string): string {
  return lead.replace(/• |\d+\. /g, '    ');
}
