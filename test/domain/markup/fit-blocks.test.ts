import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ADF_TEXT_LIMIT, markdownToAdf } from '../../../src/domain/markup/markdown-to-adf.js';
import { safeMarkdown } from '../../../src/domain/markup/safe-markdown.js';
import { markdownToSlackMrkdwn, SLACK_TEXT_LIMIT } from '../../../src/domain/markup/slack-mrkdwn.js';
import { agentMarkdown } from '../../support/agent-markdown.js';
import { allNodes } from '../../support/hostile-markdown.js';

const short = { linkHosts: [], limit: 60 };

describe('a text beyond the limit', () => {
  test.each([
    [
      'ends at the border of a block',
      'First one.\n\nSecond one.\n\nThird one, which is much too long to stand here.',
      'First one.\n\nSecond one.\n\n… (cut: too long)',
    ],
    [
      'ends at the border of an item',
      `- first\n- second\n- ${'x'.repeat(60)}`,
      '- first\n- second\n\n… (cut: too long)',
    ],
    [
      'ends at the border of a line of code',
      `\`\`\`\na\nb\n${'x'.repeat(60)}\n\`\`\``,
      '```\na\nb\n```\n\n… (cut: too long)',
    ],
    [
      'ends at the border of a word where nothing else is left',
      `one two **three ${'x'.repeat(60)}**`,
      'one two **three**\n\n… (cut: too long)',
    ],
    ['ends within a quote', `> one\n>\n> ${'x'.repeat(60)}`, '> one\n\n… (cut: too long)'],
    ['says only that, where not one word fits', 'x'.repeat(90), '… (cut: too long)'],
  ])('%s', (_where, markdown, cut) => {
    expect(safeMarkdown(markdown, short)).toBe(cut);
  });

  test('is never read to its end where that is far beyond it, and says so', () => {
    expect(safeMarkdown(`start\n\n${' '.repeat(500)}\n\nend`, short)).toBe('start\n\n… (cut: too long)');
  });

  test('holds whole blocks of the document that has no limit, in order, and then the note', () => {
    fc.assert(
      fc.property(fc.array(agentMarkdown, { minLength: 1, maxLength: 3 }), (parts) => {
        const one = parts.join('\n\n');
        const whole = markdownToAdf(one).content;
        const times = Math.ceil((ADF_TEXT_LIMIT + 1) / Math.max(1, JSON.stringify(whole).length / 20));
        const cut = markdownToAdf(`${one}\n\n---\n\n`.repeat(Math.min(times, 3_000)));
        const note = JSON.stringify(cut.content.at(-1));

        if (note.includes('cut: too long for Jira')) {
          const expected = Array.from({ length: cut.content.length }, () => [
            ...whole,
            { type: 'rule' },
          ]).flat();
          expect(cut.content.slice(0, -1)).toEqual(expected.slice(0, cut.content.length - 1));
        } else {
          expect(textLength(cut)).toBeLessThanOrEqual(ADF_TEXT_LIMIT);
        }
      }),
      { numRuns: 30 },
    );
  });

  test('of 8,000 characters, the most that an action may hold, no vendor gets less', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('&', '<', '*', 'a ', 'a\n\n', '- a\n', '`a` ', '> ', '1. ', '\\'),
        (unit) => {
          const text = unit.repeat(8_000 / unit.length);

          expect(JSON.stringify(markdownToAdf(text))).not.toContain('cut: too long');
          expect(markdownToSlackMrkdwn(text, short)).not.toContain('cut: too long');
          expect(safeMarkdown(text, { linkHosts: [], limit: 32_000 })).not.toContain('cut: too long');
        },
      ),
    );
    expect(SLACK_TEXT_LIMIT).toBe(40_000);
  });
});

function textLength(document: unknown): number {
  return allNodes(document).reduce((sum, node) => sum + (node.text?.length ?? 0), 0);
}
