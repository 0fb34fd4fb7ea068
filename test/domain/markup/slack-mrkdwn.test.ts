import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { markdownToSlackMrkdwn, SLACK_TEXT_LIMIT } from '../../../src/domain/markup/slack-mrkdwn.js';
import { hostileMarkdown } from '../../support/hostile-markdown.js';

const linkHosts = ['acme.atlassian.net'];

describe('markdownToSlackMrkdwn', () => {
  test.each([
    ['# Title', '*Title*'],
    ['**b** _i_ ~~s~~ `c<d`', '*b* _i_ ~s~ `c&lt;d`'],
    ['- a\n- b\n  - c', '• a\n• b\n    • c'],
    ['2. x\n3. y', '2. x\n3. y'],
    ['> q', '> q'],
    ['[m](https://acme.atlassian.net/@hereé)', '<https://acme.atlassian.net/%40here%C3%A9|m>'],
    ['a < b & c > d', 'a &lt; b &amp; c &gt; d'],
    ['<!channel> <@U123> <#C1|general>', '&lt;!channel&gt; &lt;@U123&gt; &lt;#C1|general&gt;'],
    ['@here and @channel', '@\u200Bhere and @\u200Bchannel'],
    [
      '[PAY-1](https://acme.atlassian.net/browse/PAY-1?a=1&b=2)',
      '<https://acme.atlassian.net/browse/PAY-1?a=1&amp;b=2|PAY-1>',
    ],
    ['[x](https://evil.example/?d=1)', 'x (hxxps://evil[.]example/?d=1)'],
    ['```\n<!here>\n```', '```\n&lt;!here&gt;\n```'],
  ])('%j becomes %j', (markdown, mrkdwn) => {
    expect(markdownToSlackMrkdwn(markdown, { linkHosts })).toBe(mrkdwn);
  });

  test('a text beyond the limit is cut with a mark', () => {
    const text = markdownToSlackMrkdwn('<&> '.repeat(30_000), { linkHosts });

    expect(text.length).toBeLessThanOrEqual(SLACK_TEXT_LIMIT);
    expect(text).toContain('(cut: too long for Slack)');
  });

  test('whatever the text, the only control sequences are links to known hosts', () => {
    fc.assert(
      fc.property(hostileMarkdown, (markdown) => {
        const text = markdownToSlackMrkdwn(markdown, { linkHosts });
        const rest = text.replace(/<https:\/\/acme\.atlassian\.net\/[^<>|]*\|[^<>|]*>/g, '');

        expect(rest).not.toContain('<');
        expect(rest.replace(/```[\s\S]*?```|`[^`]*`/g, '')).not.toMatch(
          /https?:\/\/(?!acme\.atlassian\.net)/i,
        );
        expect(rest).not.toMatch(/@(?:here|channel|everyone)/i);
        expect(rest).not.toMatch(/&(?!amp;|lt;|gt;)/);
      }),
      { numRuns: 400 },
    );
  });
});
