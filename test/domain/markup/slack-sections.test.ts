import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { markdownToSlackMrkdwn, SLACK_TEXT_LIMIT } from '../../../src/domain/markup/slack-mrkdwn.js';
import { mrkdwnSections, SLACK_SECTION_LIMIT } from '../../../src/domain/markup/slack-sections.js';
import { agentMarkdown } from '../../support/agent-markdown.js';
import { hostileMarkdown } from '../../support/hostile-markdown.js';
import { shownMrkdwn } from '../../support/shown-mrkdwn.js';

const MOST_BLOCKS = 50;
const allowed = { linkHosts: ['acme.atlassian.net'], mentions: ['U0LEAD'] };
const written = (markdown: string) => markdownToSlackMrkdwn(markdown, allowed);
const words = (length: number) => 'word '.repeat(length / 5).trim();

/** Each fits, none is empty, and together they show what the text does. */
function expectToSay(sections: readonly string[] | null, text: string): void {
  expect(sections).not.toBeNull();
  expect(sections?.length).toBeLessThanOrEqual(MOST_BLOCKS);
  for (const section of sections ?? []) {
    expect(section.length).toBeLessThanOrEqual(SLACK_SECTION_LIMIT);
    expect(section.trim()).not.toBe('');
    expect((section.match(/```$/gm) ?? []).length % 2).toBe(0);
    expect(section).not.toMatch(/&(?!amp;|lt;|gt;)|<[^>]*$|^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/);
  }
  expect(difference(sections?.flatMap(shownMrkdwn) ?? [], shownMrkdwn(text))).toBeNull();
}

/** Where two texts begin to show something else. */
function difference(left: readonly string[], right: readonly string[]): unknown {
  const at = Array.from({ length: Math.max(left.length, right.length) }).findIndex(
    (_, index) => left[index] !== right[index],
  );
  return at < 0 ? null : { at, left: left.slice(at, at + 20), right: right.slice(at, at + 20) };
}

test.each(['a', '*Hi* &lt;you&gt;\n\n> quoted\n```\ncode\n```', 'x'.repeat(SLACK_SECTION_LIMIT)])(
  'a text that fits is one section, as it is: %#',
  (text) => {
    expect(mrkdwnSections(text)).toEqual([text]);
  },
);

test.each(['', '> ', '\n'])('%j says nothing: no section', (text) => {
  expect(mrkdwnSections(text)).toBeNull();
});

describe('a longer text is parted', () => {
  test('between paragraphs, though more lines and words would fit', () => {
    const [one, two] = [words(2_000), `${words(500)}\n${words(1_500)}`];

    expect(mrkdwnSections(`${one}\n\n${two}`)).toEqual([one, two]);
  });

  test('between lines where there is no paragraph past the middle', () => {
    const [one, two] = [`x\n\n${words(2_500)}`, words(1_000)];

    expect(mrkdwnSections(`${one}\n${two}`)).toEqual([one, two]);
  });

  test('between the paragraphs of a quote', () => {
    const [one, two] = [`> ${words(2_000)}`, `> ${words(2_000)}`];

    expect(mrkdwnSections(`${one}\n> \n${two}`)).toEqual([one, two]);
  });

  test('between words where a line is longer, and what was quoted goes on as a quote', () => {
    expect(mrkdwnSections(`> ${words(4_000)}`)).toEqual([`> ${words(2_995)}`, `> ${words(1_005)}`]);
  });

  test('within a list item, which goes on below itself and not as another item', () => {
    expect(mrkdwnSections(`10. • ${words(4_000)}`)).toEqual([
      `10. • ${words(2_995)}`,
      `        ${words(1_005)}`,
    ]);
  });

  test.each(['👩‍👧', '👍🏽', '🇦🇹', 'e\u0301', '𝒳'])(
    'within a word where one is longer, but not within %s',
    (character) => {
      const sections = mrkdwnSections(character.repeat(2_500)) ?? [];

      expect(sections.length).toBeGreaterThan(1);
      expect(sections.map((section) => section.replaceAll(character, ''))).toEqual(sections.map(() => ''));
      expect(sections.join('')).toBe(character.repeat(2_500));
    },
  );

  test.each([
    ['an escape', '&amp;'],
    ['a link', '<https://acme.atlassian.net/browse/PAY-1|the first issue>'],
    ['a mention', '<@U0LEAD>'],
    ['code in a line', '`const a = 1`'],
  ])('not within %s', (_what, piece) => {
    for (let before = SLACK_SECTION_LIMIT - piece.length; before <= SLACK_SECTION_LIMIT; before++) {
      const text = `${'x'.repeat(before)}${piece}${'y'.repeat(9)}`;
      const [first = '', second = ''] = mrkdwnSections(text) ?? [];

      expect(first + second).toBe(text);
      expect([first.includes(piece), second.includes(piece)]).toContain(true);
    }
  });

  test('within code between its lines, which then stand in two blocks of code', () => {
    const lines = Array.from({ length: 200 }, (_, at) => `${at}: ${'x'.repeat(20)}`);
    const sections = mrkdwnSections(`\`\`\`\n${lines.join('\n')}\n\`\`\``) ?? [];

    expect(sections).toHaveLength(2);
    expect(sections.map((section) => section.slice(0, 4) + section.slice(-4))).toEqual(
      sections.map(() => '```\n\n```'),
    );
    expect(sections.flatMap((section) => section.split('\n').slice(1, -1))).toEqual(lines);
  });

  test('within code in the list of a quote, which goes on in the quote', () => {
    const text = written(`> - \`\`\`\n${'>   some code\n'.repeat(300)}>   \`\`\``);
    const [first = '', second = ''] = mrkdwnSections(text) ?? [];

    expect(first.slice(0, 20)).toBe(text.slice(0, 20));
    expect(first).toMatch(/\n>     ```$/);
    expect(second).toMatch(/^>     ```\n>     some code\n/);
    expectToSay([first, second], text);
  });

  test('not so that a block of code is left without a line', () => {
    for (let before = 2_960; before <= SLACK_SECTION_LIMIT; before++) {
      const sections = mrkdwnSections(`${'x'.repeat(before)}\n\`\`\`\ncode\n\`\`\`\n${words(500)}`) ?? [];

      expect(sections.join('\n')).not.toContain('```\n```');
      expect(sections.length).toBe(2);
    }
  });
});

test('a piece that cannot be parted and is longer than a section: none, as the text says it all', () => {
  const address = `https://acme.atlassian.net/?${'&'.repeat(1_900)}`;
  const text = written(`[x](${address})`);

  expect(text.length).toBeGreaterThan(SLACK_SECTION_LIMIT);
  expect(mrkdwnSections(text)).toBeNull();
});

describe('whatever was written', () => {
  const long = fc
    .tuple(
      fc.constantFrom('', '> ', '- ', '```\n'),
      fc.nat(4),
      fc.constantFrom('<&> ', 'wörd ', '漢字', '👩‍👧'),
    )
    .map(([before, size, piece]) => before + piece.repeat(size * 600));
  const markdown = fc
    .array(fc.oneof(agentMarkdown, hostileMarkdown, long), { minLength: 1, maxLength: 40 })
    .chain((parts) => fc.constantFrom('\n\n', '\n', ' ').map((joint) => parts.join(joint)));

  test('the sections show what the text does', () => {
    let parted = 0;
    fc.assert(
      fc.property(markdown, (source) => {
        const text = written(source);
        fc.pre(shownMrkdwn(text).length > 0);
        const sections = mrkdwnSections(text);

        expectToSay(sections, text);
        parted += (sections?.length ?? 0) > 1 ? 1 : 0;
      }),
      { numRuns: 100 },
    );
    expect(parted).toBeGreaterThan(20);
  });

  test('fifty sections are enough for the longest text', () => {
    const piece = fc.oneof(
      fc.constantFrom('\n', '\n\n', ' ', '\n> ', '\n• ', '\n```\n', '&amp;', '`', '<', 'x'),
      fc.nat(2_980).map((size) => `<https://x/${'a'.repeat(size)}>`),
      fc.nat(3_000).map((size) => 'y'.repeat(size)),
      fc.nat(1_600).map((size) => ' '.repeat(size)),
    );
    const text = fc
      .array(piece, { minLength: 20, maxLength: 60 })
      .map((parts) => parts.join('').repeat(3).slice(0, SLACK_TEXT_LIMIT));
    fc.assert(
      fc.property(text, (mrkdwn) => {
        const sections = mrkdwnSections(mrkdwn) ?? [];

        expect(sections.length).toBeLessThanOrEqual(MOST_BLOCKS);
        expect(sections.filter(({ length }) => length > SLACK_SECTION_LIMIT)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});
