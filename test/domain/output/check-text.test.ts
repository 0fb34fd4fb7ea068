import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { markdownToAdf } from '../../../src/domain/markup/markdown-to-adf.js';
import { safeMarkdown } from '../../../src/domain/markup/safe-markdown.js';
import { markdownToSlackMrkdwn } from '../../../src/domain/markup/slack-mrkdwn.js';
import { checkText } from '../../../src/domain/output/check-text.js';
import { allNodes, hostileMarkdown, withoutCode } from '../../support/hostile-markdown.js';
import { CONFIGURED, rules, TOKENS } from './support.js';

describe('what people write leaves as it is', () => {
  test.each([
    'PAY-142 is *done*, see [the issue](https://acme.atlassian.net/browse/PAY-142) and `a < b`.',
    'https://bitbucket.org/acme/pay-api/pull-requests/7 (merged), acme.atlassian.net/browse/PAY-1',
    'Ask @jane or @PM Agent; mail and @ alone, snake_case, 50% & more, C:\\Temp\\x',
    'package.json, v1.2.3, README.md, and/or, e.g. Node.js, index.test.ts, 10.0.0.1, 12:30',
    '| a | b |\n| --- | --- |\n| 1 | 2 |\n\n```ts\nconst x: Map<string, number> = new Map();\n```',
    'Grüße 👩‍👩‍👧 👁️‍🗨️ 1️⃣ می‌خواهم क्‍ष',
    'a Basic understanding, Bearer of news, the sk-ant prefix, xoxb- without more, task-1',
    '<!-- a comment --> <b>bold</b> &amp; [~x',
    '',
  ])('%j', (text) => {
    expect(checkText(text, rules)).toEqual({ text, takenOut: [], refusal: null });
  });
});

describe('what is taken out, and what is said of it', () => {
  test.each<[string, string, string, readonly string[]]>([
    [
      'a foreign link',
      'see https://evil.example/?d=1.',
      'see hxxps://evil[.]example/?d=1.',
      ['a link to evil[.]example'],
    ],
    [
      'a link whose host one parser reads as ours and another as a foreign one',
      'https://bitbucket.org\\@evil.example/x [a](https://bitbucket.org\\@evil.example) https://ⓑitbucket.org/x',
      'hxxps://bitbucket[.]org@evil[.]example/x a (hxxps://bitbucket[.]org@evil[.]example) hxxps://ⓑitbucket[.]org/x',
      ['a link to bitbucket[.]org@evil[.]example', 'a link to ⓑitbucket[.]org'],
    ],
    [
      'its label',
      '[here](https://evil.example/x)',
      'here (hxxps://evil[.]example/x)',
      ['a link to evil[.]example'],
    ],
    [
      'an image',
      '![](https://evil.example/p.png)',
      'hxxps://evil[.]example/p.png',
      ['a link to evil[.]example'],
    ],
    ['a script', '[x](javascript:alert(1))', 'x (javascript:alert(1))', ['a link to alert(1)']],
    [
      'a host before an @',
      'https://acme.atlassian.net@evil.example/',
      'hxxps://acme[.]atlassian[.]net@evil[.]example/',
      ['a link to acme[.]atlassian[.]net@evil[.]example'],
    ],
    [
      'a longer host',
      'https://acme.atlassian.net.evil.example',
      'hxxps://acme[.]atlassian[.]net[.]evil[.]example',
      ['a link to acme[.]atlassian[.]net[.]evil[.]example'],
    ],
    [
      'an address without a scheme',
      'www.evil.example and evil.com/a',
      'www[.]evil[.]example and evil[.]com/a',
      ['a link to www[.]evil[.]example', 'a link to evil[.]com'],
    ],
    [
      'another scheme',
      'ftp://evil.example slack://open',
      'ftp[:]//evil[.]example slack[:]//open',
      ['a link to evil[.]example', 'a link to open'],
    ],
    [
      'one behind an allowed one',
      'https://acme.atlassian.net/?u=https://evil.example',
      'https://acme.atlassian.net/?u=hxxps://evil[.]example',
      ['a link to evil[.]example'],
    ],
    ['escaped markup', 'https:\\/\\/evil.example', 'hxxps://evil[.]example', ['a link to evil[.]example']],
    [
      'a definition',
      '[a]: https://evil.example',
      '[a]: hxxps://evil[.]example',
      ['a link to evil[.]example'],
    ],
    ['code', '`curl https://evil.example`', '`curl hxxps://evil[.]example`', ['a link to evil[.]example']],
    [
      'one behind a dead one',
      '[x](https://evil.example)www.evil.example',
      'x (hxxps://evil[.]example)www[.]evil[.]example',
      ['a link to evil[.]example', 'a link to www[.]evil[.]example'],
    ],
    ['a mail address', 'mail eve@evil.com', 'mail eve@evil[.]com', ['a link to eve@evil[.]com']],
    [
      'Jira’s mention',
      '[~accountid:712020:eve] [~bob]',
      '(at)712020:eve (at)bob',
      ['a mention of 712020:eve', 'a mention of bob'],
    ],
    ['Slack’s mention', '<@U123> <@W1|eve>', '(at)U123 (at)W1', ['a mention of U123', 'a mention of W1']],
    [
      'everybody in Slack',
      '<!here> <!channel|x> <!everyone>',
      '(at)here (at)channel (at)everyone',
      ['a mention of here', 'a mention of channel', 'a mention of everyone'],
    ],
    ['a group', '<!subteam^S123|@ops>', '(at)S123', ['a mention of S123']],
    ['Bitbucket’s mention', '@{5b10-uuid}', '(at)5b10-uuid', ['a mention of 5b10-uuid']],
    [
      'everybody in words',
      'Hi @here, @All and @channel!',
      'Hi (at)here, (at)All and (at)channel!',
      ['a mention of here', 'a mention of All', 'a mention of channel'],
    ],
    ['a mention that a link hides', '@[](x)here', '@xhere', ['a link to x']],
    ['a mention in a mention', '<@<@U1>>', '(at)(at)U1', ['a mention of U1', 'a mention of (at)U1']],
    [
      'a mention split by what is unseen',
      '@\u200Bhere <\u2060@U1>',
      '(at)here (at)U1',
      ['2 hidden characters (U+200B, U+2060)', 'a mention of U1', 'a mention of here'],
    ],
    ['reversed text', 'a\u202Eb\u2066c', 'abc', ['2 hidden characters (U+202E, U+2066)']],
    [
      'smuggled ASCII',
      'ok\u{E0068}\u{E0069}\u{E0100}',
      'ok',
      ['3 hidden characters (U+E0068, U+E0069, U+E0100)'],
    ],
    ['controls', 'a\u0000b\u001B[31m', 'ab[31m', ['2 hidden characters (U+0000, U+001B)']],
    ['fillers', 'a\u3164b\u115Fc\u00ADd', 'abcd', ['3 hidden characters (U+3164, U+115F, U+00AD)']],
    ['joiners among ASCII', 'a\u200Db\u200Cc\uFE0F', 'abc', ['3 hidden characters (U+200D, U+200C, U+FE0F)']],
  ])('%s', (_what, text, left, takenOut) => {
    expect(checkText(text, rules)).toEqual({ text: left, takenOut, refusal: null });
  });

  test.each(['[~accountid:712020:lead]', '<@U0LEAD>', '<!subteam^S0TEAM>', '@{lead-uuid}'])(
    'the mention %s stays, for it is on the list',
    (text) => {
      expect(checkText(text, rules)).toEqual({ text, takenOut: [], refusal: null });
    },
  );

  test('mentions nested deeper than anybody writes them are refused', () => {
    const { text, refusal } = checkText(`${'<@'.repeat(40)}U1${'>'.repeat(40)}`, rules);

    expect(text).toBe('[withheld: nested too deep]');
    expect(refusal).toContain('write it plainly');
  });
});

describe('secrets', () => {
  test.each(Object.entries(TOKENS))('%s is refused and named, never repeated', (kind, token) => {
    const found = checkText(`It is ${token} as of today`, rules);

    expect(found.refusal).toContain(`the text holds ${kind}`);
    expect(found.text).toContain(`[${kind}, withheld]`);
    expect(JSON.stringify(found)).not.toContain(token.slice(-12));
  });

  test.each([
    ['plain', CONFIGURED],
    ['base64', Buffer.from(CONFIGURED).toString('base64')],
    ['hex', Buffer.from(CONFIGURED).toString('hex')],
    ['with markup in it', CONFIGURED.replaceAll('-', '-**\n')],
    ['with spaces in it', CONFIGURED.split('').join(' ')],
    ['with joiners in it', CONFIGURED.split('').join('\u200D')],
    ['in a link', `[x](https://acme.atlassian.net/?q=${CONFIGURED})`],
  ])('a configured value, %s, is refused under its setting’s name', (_how, text) => {
    const found = checkText(`so: ${text}!`, rules);

    expect(found.refusal).toContain('the text holds the value of SLACK_SIGNING_SECRET');
    expect(JSON.stringify(found)).not.toContain(CONFIGURED);
    expect(found.text).not.toContain(text);
  });

  test('a token with markup strewn in is one all the same', () => {
    const token = TOKENS['a Slack token'] ?? '';

    expect(checkText(token.replace('xb', 'x**b**'), rules).refusal).toContain('a Slack token');
  });

  test('what else stands in a refused text is defused as well', () => {
    expect(checkText(`${CONFIGURED} @here https://evil.example`, rules).text).toBe(
      '[the value of SLACK_SIGNING_SECRET, withheld] (at)here hxxps://evil[.]example',
    );
  });
});

const anySecret = fc.constantFrom(CONFIGURED, ...Object.values(TOKENS));
const hostile = fc.oneof(
  hostileMarkdown,
  fc.tuple(hostileMarkdown, anySecret, hostileMarkdown).map((parts) => parts.join(' ')),
);

describe('whatever the text', () => {
  test('a checked text passes again unchanged, and nothing more is taken out', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const once = checkText(text, rules).text;

        expect(checkText(once, rules)).toEqual({ text: once, takenOut: [], refusal: null });
      }),
      { numRuns: 1_000 },
    );
  });

  test('no mention and no foreign link is alive in any vendor’s rendering, in code neither', () => {
    fc.assert(
      fc.property(hostileMarkdown, (text) => {
        const safe = checkText(text, { ...rules, mentions: [] }).text;
        const adf = markdownToAdf(safe, { linkHosts: rules.linkHosts, mentions: [] });
        const mrkdwn = markdownToSlackMrkdwn(safe, { linkHosts: rules.linkHosts, mentions: [] });
        const markdown = safeMarkdown(safe, { linkHosts: rules.linkHosts, mentions: [], limit: 32_000 });

        expect(adfBreaches(adf)).toEqual([]);
        expect(slackBreaches(mrkdwn)).toEqual([]);
        expect(bitbucketBreaches(markdown)).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  test('no secret is left, wherever it stood', () => {
    fc.assert(
      fc.property(hostileMarkdown, anySecret, hostileMarkdown, (before, secret, after) => {
        const found = checkText(`${before} ${secret} ${after}`, rules);

        expect(found.text).not.toContain(secret);
      }),
      { numRuns: 500 },
    );
  });
});

/** Allowed addresses, up to where another begins. */
const OURS = /https:\/\/(?:acme\.atlassian\.net|bitbucket\.org)(?![\w.@:-])(?:(?!https?:\/\/)[^\s<>"`])*/g;
const FOREIGN = /(?:https?|ftp):\/\/|\bwww\.\w/i;

function isForeign(text: string): boolean {
  return FOREIGN.test(text.replace(OURS, ' '));
}

function adfBreaches(document: unknown): readonly unknown[] {
  return allNodes(document).filter(
    (node) =>
      ['mention', 'inlineCard', 'media'].includes(node.type) ||
      (node.type === 'link' && isForeign(String(node.attrs?.href))) ||
      isForeign(node.text ?? ''),
  );
}

function slackBreaches(mrkdwn: string): readonly string[] {
  return [
    ...(isForeign(mrkdwn) ? [`a foreign address in ${mrkdwn}`] : []),
    ...[/<[@!#]/, /(?<![\p{L}\p{N}_.])@(?:here|channel|everyone)(?![\p{L}\p{N}_])/iu]
      .filter((pattern) => pattern.test(mrkdwn))
      .map((pattern) => `${pattern} in ${mrkdwn}`),
  ];
}

function bitbucketBreaches(markdown: string): readonly string[] {
  return [
    ...(isForeign(markdown) ? [`a foreign address in ${markdown}`] : []),
    ...(/@\{[^{}\n]{1,100}\}/.test(markdown) ? [`a mention in ${markdown}`] : []),
    ...(/(?<!\\)!\[/.test(withoutCode(markdown)) ? [`an image in ${markdown}`] : []),
  ];
}
