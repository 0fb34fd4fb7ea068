import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { markdownToSlackMrkdwn } from '../../../src/domain/markup/slack-mrkdwn.js';
import { mrkdwnSections } from '../../../src/domain/markup/slack-sections.js';
import { sizeRefusal } from '../../../src/domain/output/size.js';
import { hostileMarkdown } from '../../support/hostile-markdown.js';
import { rules } from './support.js';

describe('what is said with nothing to read is refused', () => {
  test.each(['', ' \n', '\u200B', '\u3164'])('%j: no text', (text) => {
    expect(sizeRefusal(text)).toBe('the text is empty');
  });

  test.each(['>', '> >', '# ', '---', '\\', '- ', '> \n\n***', '```\n\n```', '1. > '])(
    '%j: markup alone',
    (text) => {
      expect(sizeRefusal(text)).toBe('the text is markup with nothing in it to read');
    },
  );

  test.each(['ok', '?', '> a', '# b', '- c', '`d`', '😀', '@{u}', '---\n\ne'])('%j is read', (text) => {
    expect(sizeRefusal(text)).toBeNull();
  });

  test('whatever passes makes a message of blocks in Slack', () => {
    fc.assert(
      fc.property(hostileMarkdown, (text) => {
        const mrkdwn = markdownToSlackMrkdwn(text, rules);

        return sizeRefusal(text) !== null || mrkdwn.length > 3_000 || mrkdwnSections(mrkdwn) !== null;
      }),
      { numRuns: 2_000 },
    );
  });
});

test('what is longer than anybody reads is refused with its length', () => {
  expect(sizeRefusal('x'.repeat(8_001))).toContain('8001 characters');
});
