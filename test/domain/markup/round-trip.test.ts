import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { adfToMarkdown } from '../../../src/domain/markup/adf.js';
import { markdownToAdf } from '../../../src/domain/markup/markdown-to-adf.js';
import { agentMarkdown } from '../../support/agent-markdown.js';
import { allNodes, hostileMarkdown } from '../../support/hostile-markdown.js';

const allowed = { linkHosts: ['acme.atlassian.net'] };

test('what an agent writes is a fixed point once it was read back, and no word of it is lost', () => {
  fc.assert(
    fc.property(agentMarkdown, (markdown) => {
      const document = markdownToAdf(markdown, allowed);
      const back = adfToMarkdown(document);
      const again = markdownToAdf(back, allowed);

      expect(wordsOf(again)).toBe(wordsOf(document));
      expect(adfToMarkdown(again)).toBe(back);
    }),
    { numRuns: 1_000, examples: [['# _a_ # #\n\n~~a~~']] },
  );
});

test('also of hostile text nothing changes any more once it was read back', () => {
  fc.assert(
    fc.property(hostileMarkdown, (markdown) => {
      const once = adfToMarkdown(markdownToAdf(markdown, allowed));
      const twice = adfToMarkdown(markdownToAdf(once, allowed));

      expect(adfToMarkdown(markdownToAdf(twice, allowed))).toBe(twice);
    }),
    { numRuns: 1_000 },
  );
});

function wordsOf(document: unknown): string {
  return allNodes(document)
    .map(({ text = '' }) => text)
    .join('')
    .replace(/\s+/g, '');
}
