import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import AdfAjv from 'ajv';
import fc from 'fast-check';
import { adfToMarkdown } from '../../src/domain/markup/adf.js';
import { markdownToAdf } from '../../src/domain/markup/markdown-to-adf.js';
import { markdownToSlackMrkdwn } from '../../src/domain/markup/slack-mrkdwn.js';
import { wikiToMarkdown } from '../../src/domain/markup/wiki.js';
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

    expect(words.filter((word) => !markdown.includes(word.replaceAll('|', '\\|')))).toEqual([]);
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
