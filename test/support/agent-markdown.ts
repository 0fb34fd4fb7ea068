import fc from 'fast-check';

/** Words as people write them: most are plain, some hold what Markdown could take for markup. */
const word = fc.oneof(
  { weight: 4, arbitrary: fc.stringMatching(/^[a-zé]{1,8}[.,:]?$/) },
  fc.stringMatching(/^[a-z0-9.&:#+>-]{1,6}$/),
  fc.constantFrom('PAY-142', 'snake_case_name', '1.', '#', '-', '>', '@jane', '50%', 'a|b', '1)', '—'),
);
const words = fc.array(word, { minLength: 1, maxLength: 5 }).map((all) => all.join(' '));
const plainWords = fc.stringMatching(/^[a-z]{1,6}( [a-z]{1,6}){0,2}$/);

const inline = fc.oneof(
  { weight: 3, arbitrary: words },
  plainWords.map((text) => `**${text}**`),
  plainWords.map((text) => `_${text}_`),
  plainWords.map((text) => `~~${text}~~`),
  fc.tuple(plainWords, plainWords, plainWords).map(([a, b, c]) => `**${a} _${b}_ ${c}**`),
  fc.stringMatching(/^[a-z*_<>[\]]{1,8}$/).map((code) => `\`${code}\``),
  plainWords.map((text) => `[${text}](https://acme.atlassian.net/browse/PAY-1)`),
  plainWords.map((text) => `**[${text}](https://acme.atlassian.net/browse/PAY-1?a=1&b=2)**`),
  fc.constant('https://acme.atlassian.net/browse/PAY-1'),
);

const line = fc.array(inline, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(' '));
const paragraph = fc.array(line, { minLength: 1, maxLength: 3 }).map((lines) => lines.join('\n'));
const code = fc
  .tuple(
    fc.constantFrom('', 'ts', 'c++'),
    fc.array(fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom('', '- x', '# y', '```', '  z')), {
      maxLength: 4,
    }),
  )
  .map(([language, lines]) =>
    ['````' + language, ...lines.map((text) => text.replace(/[^\x20-\x7E]|`{4,}/g, '')), '````'].join('\n'),
  );

const { block } = fc.letrec<{ block: string; list: string; item: string }>((tie) => ({
  block: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    paragraph,
    fc.tuple(fc.integer({ min: 1, max: 6 }), line).map(([level, text]) => `${'#'.repeat(level)} ${text}`),
    code,
    fc.constant('---'),
    tie('block').map((inside) =>
      inside
        .split('\n')
        .map((text) => `> ${text}`)
        .join('\n'),
    ),
    tie('list'),
  ),
  // Jira's items hold no quotes.
  item: fc.oneof({ depthSize: 'small', withCrossShrink: true }, paragraph, code, tie('list')),
  list: fc
    .tuple(
      fc.constantFrom('- ', '1. ', '7. '),
      fc.array(fc.array(tie('item'), { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 }),
    )
    .map(([mark, items]) =>
      items
        .map((blocks) =>
          blocks
            .join('\n\n')
            .split('\n')
            .map((text, index) => (index === 0 ? mark : ' '.repeat(mark.length)) + text)
            .join('\n'),
        )
        .join('\n'),
    ),
}));

/** Markdown as an agent writes it: everything that it may use, nested, with words that look like markup in between. */
export const agentMarkdown: fc.Arbitrary<string> = fc
  .array(block, { minLength: 1, maxLength: 5 })
  .map((blocks) => blocks.join('\n\n'));
