/** The requests that are built, held against what the vendor documents: for every kind of event, before anything is sent. */
import { describe, expect, test } from '@jest/globals';
import { messageBody } from '../../src/integrations/claude/client.js';
import { buildRequest } from '../../src/reasoning/build-request.js';
import { promptFor } from '../../src/reasoning/prompts/index.js';
import { buildTriage } from '../../src/reasoning/triage.js';
import { tokensIn } from '../../src/sandbox/claude/usage.js';
import { schemaProblems } from '../support/decoder-limits.js';
import {
  cachedPrefixes,
  createRequest,
  type DocumentedRequest,
  problemsOf,
} from '../support/messages-api.js';
import { decisionQuestion } from '../support/model-question.js';

/** A shorter prefix is cached by some models only: the largest of the documented minima. */
const SHORTEST_CACHED_TOKENS = 4_096;

describe('the request for each kind of event', () => {
  const kinds = [...new Map(Object.values(promptFor).map((prompt) => [prompt.id, prompt]))];

  test.each(kinds)('%s is documented, and its prefixes are long enough to be cached', (_id, prompt) => {
    const body = createRequest.parse(messageBody(buildRequest(decisionQuestion({ prompt }))));

    expect(problemsOf(body)).toEqual([]);
    const prefixes = cachedPrefixes(body);
    expect(prefixes).toHaveLength(2);
    for (const blocks of prefixes) {
      const tokens = blocks.map(tokensIn).reduce((sum, one) => sum + one, 0);
      expect(tokens).toBeGreaterThan(SHORTEST_CACHED_TOKENS);
    }
  });

  test('of the first look is documented too', () => {
    expect(problemsOf(createRequest.parse(messageBody(buildTriage(decisionQuestion()))))).toEqual([]);
  });
});

describe('the check itself finds', () => {
  const sound = () => createRequest.parse(messageBody(buildRequest(decisionQuestion())));

  test('a member that is not documented', () => {
    expect(createRequest.safeParse({ ...sound(), temperature: 0 }).success).toBe(false);
  });

  test.each<[string, (body: DocumentedRequest) => unknown, RegExp]>([
    [
      'a fifth breakpoint',
      (body) => body.tools.slice(0, 3).forEach((tool) => (tool.cache_control = { type: 'ephemeral' })),
      /5 breakpoints/,
    ],
    ['a call without its answer', (body) => body.messages.pop(), /the last message/],
    ['an answer without its call', (body) => body.messages.splice(1, 1), /answers \[toolu_context\] to \[\]/],
    ['a tool that is not there', (body) => body.tools.shift(), /no tool read_context/],
    [
      'a prefilled reply',
      (body) => body.messages.push({ role: 'assistant', content: [{ type: 'text', text: '{' }] }),
      /the last message/,
    ],
  ])('%s', (_what, spoil, problem) => {
    const body = sound();
    spoil(body);

    expect(problemsOf(body).join('; ')).toMatch(problem);
  });

  test.each<[string, Record<string, unknown>, RegExp]>([
    ['an open object', { type: 'object', properties: {} }, /additionalProperties/],
    ['a bound', { type: 'string', maxLength: 3 }, /maxLength/],
    [
      'too many unions',
      {
        type: 'object',
        additionalProperties: false,
        properties: Object.fromEntries(
          Array.from({ length: 17 }, (_, n) => [`m${n}`, { anyOf: [{ type: 'string' }, { type: 'null' }] }]),
        ),
      },
      /17 members of several types/,
    ],
  ])('%s in a schema', (_what, schema, problem) => {
    expect(schemaProblems([schema]).join('; ')).toMatch(problem);
  });
});
