/** Two events of one kind within five minutes: what the second reads from the cache, by the breakpoints of the requests themselves. */
import { describe, expect, test } from '@jest/globals';
import { messageBody } from '../../src/integrations/claude/client.js';
import { buildRequest, type DecisionQuestion } from '../../src/reasoning/build-request.js';
import {
  continued,
  type Exchange,
  readingExchange,
  repairExchange,
} from '../../src/reasoning/conversation.js';
import { promptFor } from '../../src/reasoning/prompts/index.js';
import { ITEMS_LIMIT } from '../../src/reasoning/within-budget.js';
import { createUsageMeter } from '../../src/sandbox/claude/usage.js';
import { context, item } from '../activities/support/vendor-data.js';
import { commentEvent } from '../support/builders.js';

const AT = new Date('2026-11-23T10:00:00Z');
const later = (minutes: number) => new Date(AT.getTime() + minutes * 60_000);

/** As long as the sandbox's issues are: a description, a comment, some changes. */
const items = [
  item('issue', { summary: 'Switch to the second provider', description: 'x'.repeat(600), status: 'Done' }),
  ...Array.from({ length: 8 }, (_, n) =>
    item(`change-${n}`, { field: 'status', from: 'To Do', to: 'Done', n }),
  ),
  item('comment-20001', { body: 'y'.repeat(400), author: { id: '712020:ana', name: 'Ana Lindqvist' } }),
];

function question(n: number, overrides: Partial<DecisionQuestion> = {}): DecisionQuestion {
  return {
    model: 'claude-sonnet-5-5',
    maxTokens: 16_000,
    prompt: promptFor.comment_created,
    nonce: String(n).repeat(32),
    maxActions: 3,
    agent: { name: 'PM Agent', language: 'en', channel: 'C0PAY', accounts: ['jira-agent'] },
    teamRules: '',
    event: commentEvent({ comment: { id: String(n), text: `Question ${n}?` } }),
    alsoAnswers: [],
    isLate: false,
    context: context({ items: items.map((one) => ({ ...one, data: { ...one.data, n } })) }),
    ...overrides,
  };
}

const body = (n: number, overrides: Partial<DecisionQuestion> = {}) =>
  messageBody(buildRequest(question(n, overrides)));

function shareRead(usage: ReturnType<ReturnType<typeof createUsageMeter>['measure']>): number {
  const { input_tokens: paid, cache_creation_input_tokens: written, cache_read_input_tokens: read } = usage;
  return read / (paid + written + read);
}

describe('the second of two events', () => {
  test('of one kind reads four fifths of its prompt from the cache, within five minutes', () => {
    const meter = createUsageMeter();
    const first = meter.measure(body(1), AT);
    const second = meter.measure(body(2), later(4));

    expect(first.cache_read_input_tokens).toBe(0);
    expect(shareRead(second)).toBeGreaterThanOrEqual(0.8);
    expect(second.cache_creation_input_tokens).toBe(0);
    expect(shareRead(meter.measure(body(3), later(10)))).toBe(0);
  });

  test('of another kind reads what all kinds share', () => {
    const meter = createUsageMeter();
    meter.measure(body(1), AT);

    const second = meter.measure(body(2, { prompt: promptFor.pr_created }), later(1));

    expect(shareRead(second)).toBeGreaterThanOrEqual(0.65);
  });

  test('for another model, or with other rules of the team, shares nothing', () => {
    const meter = createUsageMeter();
    meter.measure(body(1), AT);

    expect(shareRead(meter.measure(body(2, { model: 'claude-opus-5-5' }), AT))).toBe(0);
    expect(
      meter.measure(body(3, { teamRules: 'Be brief.' }), AT).cache_creation_input_tokens,
    ).toBeGreaterThan(0);
  });

  test('has a prefix that is long enough to be cached by any model: 4,096 tokens', () => {
    expect(createUsageMeter().measure(body(1), AT).cache_creation_input_tokens).toBeGreaterThan(4_096);
  });
});

describe('a conversation', () => {
  const first = buildRequest(question(1));
  const reply = (n: number) => [
    { type: 'tool_use' as const, id: `toolu_${n}`, name: 'earlier_cycles', input: {} },
  ];
  const answer = {
    tool: 'earlier_cycles',
    input: {},
    items: [item('t1.1:a', { z: 'z'.repeat(4_000) })],
    omitted: [],
    refused: null,
  };
  const exchange = (n: number, mayGoOn = true): Exchange =>
    readingExchange(reply(n), new Map([[0, answer]]), { nonce: 'n', mayGoOn });
  const turn = (...exchanges: readonly Exchange[]) => messageBody(continued(first, exchanges));

  test('reads in its third turn all but the second', () => {
    const meter = createUsageMeter();
    meter.measure(turn(), AT);
    meter.measure(turn(exchange(1)), AT);

    expect(shareRead(meter.measure(turn(exchange(1), exchange(2)), AT))).toBeGreaterThan(0.85);
  });

  test('reads in the turn that has to decide what the turn before it wrote, and pays no more for what nobody reads again', () => {
    const meter = createUsageMeter();
    meter.measure(turn(), AT);
    meter.measure(turn(exchange(1)), AT);
    const third = meter.measure(turn(exchange(1), exchange(2)), AT);

    const last = meter.measure(turn(exchange(1), exchange(2), exchange(3, false)), AT);

    const { cache_read_input_tokens: read, cache_creation_input_tokens: written } = third;
    expect(last.cache_read_input_tokens).toBe(read + written);
    expect(last.cache_creation_input_tokens).toBe(0);
  });

  test('reads as much in the turn that repairs, whatever is wrong', () => {
    const meter = createUsageMeter();
    meter.measure(turn(), AT);
    meter.measure(turn(exchange(1)), AT);
    const last = meter.measure(turn(exchange(1), exchange(2, false)), AT);
    const stopped = { kind: 'stopped', why: 'asked for a tool', failureKind: 'no_answer' } as const;

    const repair = turn(exchange(1), exchange(2, false), repairExchange(reply(3), stopped, 'n'));

    expect(last.cache_read_input_tokens).toBeGreaterThan(0);
    expect(meter.measure(repair, AT).cache_read_input_tokens).toBe(last.cache_read_input_tokens);
  });
});

/** Of the items, with what else a context says: the event, facts, names. */
const TOKENS_OF_A_CONTEXT = 22_000;

describe('the budget of a prompt', () => {
  const long = [
    item('issue', { description: 'd'.repeat(4_000) }),
    ...Array.from({ length: 200 }, (_, n) => ({
      ...item(`comment-${n}`, { body: `${n} `.repeat(900).slice(0, 3_000) }),
      kind: 'comment' as const,
    })),
  ];

  test('holds for an issue with 200 long comments: the oldest are left out, and said so', () => {
    const request = buildRequest(question(1, { context: context({ items: long }) }));
    const [block] = (request.messages.at(-1) as { content: { content: string }[] }).content;
    const shown = JSON.parse(block?.content ?? '{}') as { items: { id: string }[]; omitted: string[] };

    expect(JSON.stringify(shown.items).length).toBeLessThan(ITEMS_LIMIT * 1.1);
    expect(shown.items[0]?.id).toBe('issue');
    expect(shown.items.at(-1)?.id).toBe('comment-199');
    expect(shown.omitted).toEqual([`${201 - shown.items.length} older items: the context would be too long`]);
  });

  /** At the most: three characters of ASCII, or one of any other script, are a token. */
  function tokensAtMost(text: string): number {
    const ascii = text.replaceAll(/[^\x20-\x7e]/g, '').length;
    return ascii / 3 + (text.length - ascii);
  }

  test.each([
    ['English', 'The provider answers late, and the customer pays twice. '],
    ['Chinese', '支付服务商响应缓慢，客户被重复扣款。'],
    ['code', 'if (a < b) { return <Row key={a} value="x\\y" />; }\n'],
    ['emoji', '🔥🚀👩‍💻'],
    ['tags that nobody sees', '\u{E0041}\u{E0042}'],
    ['private use', '\uE000\uE001'],
    ['lines and controls', '\n\u0007\n'],
    ['quotes and backslashes', '"\\'],
    ['soft hyphens', '\u00AD'],
    ['controls of the upper half', '\u0080\u009B'],
    ['fillers', '\u3164\u115F\uFFA0\u034F'],
    ['selectors', '\uFE00\uFE0F'],
    ['byte order marks and Arabic signs', '\uFEFF\u0600\u061C'],
    ['separators of lines', '\u2028\u2029'],
  ])('holds in tokens for 200 long comments of %s', (_what, words) => {
    const body = words.repeat(Math.ceil(3_000 / words.length)).slice(0, 3_000);
    const items = long.map((one) => (one.kind === 'comment' ? { ...one, data: { body } } : one));
    const request = buildRequest(question(1, { context: context({ items }) }));
    const [block] = (request.messages.at(-1) as { content: { content: string }[] }).content;
    const shown = JSON.parse(block?.content ?? '{}') as { items: { id: string }[] };

    expect(tokensAtMost(block?.content ?? '')).toBeLessThan(TOKENS_OF_A_CONTEXT);
    expect(shown.items.at(-1)?.id).toBe('comment-199');
  });

  test('leaves out nothing where all fits', () => {
    const request = buildRequest(question(1));
    const [block] = (request.messages.at(-1) as { content: { content: string }[] }).content;

    expect((JSON.parse(block?.content ?? '{}') as { items: object[] }).items).toHaveLength(items.length);
  });
});
