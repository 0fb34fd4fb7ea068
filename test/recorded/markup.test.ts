import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import AdfAjv from 'ajv';
import fc from 'fast-check';
import { adfToMarkdown } from '../../src/domain/markup/adf.js';
import { markdownToAdf } from '../../src/domain/markup/markdown-to-adf.js';
import { markdownToSlackMrkdwn } from '../../src/domain/markup/slack-mrkdwn.js';
import { wikiToMarkdown } from '../../src/domain/markup/wiki.js';
import { agentMarkdown } from '../support/agent-markdown.js';
import { allNodes, hostileMarkdown } from '../support/hostile-markdown.js';
import { payloadsOf, RECORDED_SPECS } from '../support/recorded.js';

const linkHosts = ['acme.atlassian.net'];
const documents = payloadsOf('adf');

/** The vendor's own schema says draft-04; nothing in it differs for Ajv's draft-07 once that line is gone. */
function adfValidator() {
  const { $schema: _draft, ...schema } = JSON.parse(
    readFileSync(join(RECORDED_SPECS, 'adf-schema.full.json'), 'utf8'),
  ) as Record<string, unknown>;
  return new AdfAjv.default({ strict: false, allErrors: false }).compile(schema);
}

const validate = adfValidator();

describe('recorded ADF', () => {
  test('is there at all', () => {
    expect(documents.length).toBeGreaterThan(10);
  });

  test.each(documents)('$name is read with every text in it', ({ json }) => {
    const markdown = adfToMarkdown(json);
    const words = allNodes(json).flatMap((node) => (node.text ?? '').split(/\s+/));

    const plain = markdown.replaceAll('\\', '');
    expect(words.filter((word) => !plain.includes(word.replaceAll('\\', '')))).toEqual([]);
  });

  test.each(documents)('$name shows each of its leaves, also if nobody knew them', ({ json }) => {
    const { node, strangers } = estranged(json);

    expect(adfToMarkdown(node).split('[hologram]')).toHaveLength(strangers + 1);
  });

  test.each(documents)('$name, read, makes a document that is read the same again', ({ json }) => {
    const once = adfToMarkdown(markdownToAdf(adfToMarkdown(json), { linkHosts }));

    expect(adfToMarkdown(markdownToAdf(once, { linkHosts }))).toBe(once);
  });

  test.each(documents)('$name, read and written again, is a valid document of allowed nodes', ({ json }) => {
    const written = markdownToAdf(adfToMarkdown(json), { linkHosts });

    expect(validate(written) ? [] : validate.errors).toEqual([]);
    expect(allNodes(written).map((node) => node.type)).not.toContain('mention');
  });
});

test('the schema refuses what we must not write, so that its yes means something', () => {
  const heading = { type: 'heading', attrs: { level: 1 }, content: [] };
  const nested = { type: 'bulletList', content: [{ type: 'listItem', content: [heading] }] };

  expect(validate({ version: 1, type: 'doc', content: [nested] })).toBe(false);
});

test('what an agent writes, and mentions of who may be mentioned, make valid documents', () => {
  const mentions = ['712020:lead'];
  fc.assert(
    fc.property(agentMarkdown, (markdown) => {
      const document = markdownToAdf(`${markdown}\n\nAsk [~accountid:712020:lead]`, { linkHosts, mentions });

      expect(validate(document) ? [] : validate.errors).toEqual([]);
      expect(allNodes(document).filter(({ type }) => type === 'mention')).toHaveLength(1);
    }),
    { numRuns: 300 },
  );
});

test('whatever Markdown a model writes, Atlassian schema accepts the document that we make of it', () => {
  fc.assert(
    fc.property(hostileMarkdown, (markdown) => {
      expect(validate(markdownToAdf(markdown, { linkHosts })) ? [] : validate.errors).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

describe('recorded texts of webhooks and REST answers', () => {
  const texts = [...payloadsOf('jira'), ...payloadsOf('jira_rest')].flatMap(({ name, json }) =>
    stringsOf(json).map((text) => ({ name, text })),
  );

  test('are read as wiki markup, written for Slack without control sequences and for Jira as valid documents', () => {
    expect(texts.length).toBeGreaterThan(1_000);
    for (const { name, text } of texts) {
      const markdown = wikiToMarkdown(text);
      const mrkdwn = markdownToSlackMrkdwn(markdown, { linkHosts });

      expect({ name, marks: mrkdwn.match(/<(?!https:\/\/acme\.atlassian\.net)/g) }).toEqual({
        name,
        marks: null,
      });
      expect({ name, valid: validate(markdownToAdf(markdown, { linkHosts })) }).toEqual({
        name,
        valid: true,
      });
    }
  });
});

function stringsOf(value: unknown): string[] {
  if (typeof value === 'string') {
    return [value];
  }
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(stringsOf) : [];
}

const KNOWN_LEAVES = new Set(['text', 'hardBreak', 'paragraph', 'tableCell', 'rule']);

/** The same document, with every leaf but text made into a node that nobody knows. */
function estranged(value: unknown): { readonly node: unknown; readonly strangers: number } {
  if (value === null || typeof value !== 'object' || !('type' in value)) {
    return { node: value, strangers: 0 };
  }
  const content = 'content' in value && Array.isArray(value.content) ? value.content.map(estranged) : [];
  if (content.length === 0) {
    return KNOWN_LEAVES.has(String(value.type))
      ? { node: value, strangers: 0 }
      : { node: { type: 'hologram' }, strangers: 1 };
  }
  const strangers = content.reduce((sum, child) => sum + child.strangers, 0);
  return { node: { ...value, content: content.map(({ node }) => node) }, strangers };
}
