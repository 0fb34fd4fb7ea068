/** What Temporal's page shows of a request, as a parser that is not ours reads it. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { visibleText } from '../../src/domain/markup/outgoing-text.js';
import { approvalDetails, type ShownRequest } from '../../src/workflows/approval-details.js';
import { planned } from '../support/builders.js';

const HASH = 'a'.repeat(64);

function request(words: string, body: string): ShownRequest {
  const one = planned(
    'cycle-1',
    1,
    { kind: 'jira.comment', payload: { issueKey: 'PAY-1', body } },
    {
      rule: words,
      deciders: ['lead-1'],
      said: { what: `Comment on ${words}`, people: { 'lead-1': words } },
    },
  );
  const by = { id: 'ana', name: words, channel: 'api' } as const;
  return {
    approvalId: 'ap-1',
    planned: one,
    deadline: '2026-11-24T09:00:00.000Z',
    also: [],
    state: {
      approvalId: 'ap-1',
      actionId: one.actionId,
      hash: HASH,
      status: 'reopened',
      decidedBy: null,
      decidedAt: null,
      reason: null,
      note: null,
      drift: [{ member: 'title', was: words, is: `not ${words}` }],
      questions: [{ question: words, by, at: '2026-11-23T10:00:00.000Z', answer: words }],
    },
  };
}

interface Node {
  readonly type: string;
  readonly value?: string;
  readonly children?: readonly Node[];
}

const nodesOf = (node: Node): readonly Node[] => [node, ...(node.children ?? []).flatMap(nodesOf)];
const read = (words: string, body: string) =>
  nodesOf(fromMarkdown(visibleText(approvalDetails(`${words}: waiting`, [request(words, body)], 'cycle-1'))));

const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '<!-- hidden -->',
        '[a]: # (hidden)',
        '~~~',
        '```',
        '`',
        '**',
        '<b>',
        '\n',
        '\n\n',
        '    ',
        '> ',
        '- ',
      ),
      fc.string(),
    ),
  )
  .map((all) => all.join(''));

test('shows any text whole, as one piece of code, and words of others mark nothing', () => {
  const plain = read('word', 'word').map(({ type }) => type);
  fc.assert(
    fc.property(hostile, hostile, (words, body) => {
      const nodes = read(`x${words}`, body);

      const code = nodes.filter(({ type }) => type === 'code').map(({ value }) => value);
      expect(code).toEqual([visibleText(body)]);
      expect(nodes.map(({ type }) => type)).toEqual(plain);
    }),
  );
});

test('prints the signal that approves just what is read', () => {
  const [signal] = read('word', 'word')
    .filter(({ type }) => type === 'inlineCode')
    .slice(2);

  expect(signal?.value).toBe(
    `temporal workflow signal --workflow-id cycle-1 --name approve --input '{"by":"<your id>","actionId":"cycle-1.a1","hash":"${HASH}"}'`,
  );
});
