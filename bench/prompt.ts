/** Building the prompt for an issue with 200 long comments, beside plain JSON of the same context; and what of a usual one is cached. */
import type { Context } from '../src/domain/context.js';
import { messageBody } from '../src/integrations/claude/client.js';
import { buildRequest } from '../src/reasoning/build-request.js';
import type { Prompt } from '../src/reasoning/prompt.js';
import { promptFor } from '../src/reasoning/prompts/index.js';
import { createUsageMeter } from '../src/sandbox/claude/usage.js';
import { absolute, median, type Result } from './result.js';

const COMMENTS = 200;
const RUNS = 200;
const WARM_UP = 20;
const LIMIT_MS = 10;
/** About what one call may hold: the system part, the tools and 60,000 characters of items, at four characters a token. */
const LIMIT_TOKENS = 25_000;

/** Of a prompt, from the cache. */
const LEAST_SHARE = 0.8;

const words = 'The checkout asks for the card a second time, "why" nobody knows; see <log> and ünïcode. ';

function contextOf(): Context {
  const about = { source: 'jira:rest', fetchedAt: '2026-11-23T10:00:00.000Z', hash: '0'.repeat(64) };
  const comments = Array.from({ length: COMMENTS }, (_, n) => ({
    ...about,
    id: `comment-${n}`,
    kind: 'comment' as const,
    data: { id: String(n), author: { id: `712020:${n}`, name: 'Ana Lindqvist' }, body: words.repeat(40) },
  }));
  return {
    facts: { issue: null, pullRequest: null, thread: null },
    items: [{ ...about, id: 'issue', kind: 'issue', data: { description: words.repeat(40) } }, ...comments],
    omitted: [],
  };
}

export async function prompt(): Promise<Record<string, Result>> {
  const context = contextOf();
  const build = () => JSON.stringify(bodyOf(promptFor.comment_created, context, 0));
  const baseline = timed(() => JSON.stringify(context));
  return {
    'prompt-cached': leastShareRead(),
    prompt: absolute(timed(build), 'ms', LIMIT_MS, { baseline, baselineName: 'JSON of the same context' }),
    'prompt-tokens': absolute(Math.ceil(build().length / 4), 'tokens', LIMIT_TOKENS),
  };
}

function bodyOf(prompt: Prompt, context: Context, n: number): unknown {
  return messageBody(
    buildRequest({
      model: 'claude-sonnet-5-5',
      prompt,
      nonce: String(n).repeat(32),
      maxTokens: 16_000,
      maxActions: 3,
      agent: { name: 'PM Agent', language: 'en', channel: 'C0PAY', accounts: ['712020:agent'] },
      teamRules: '',
      event: {
        type: 'comment_created',
        source: 'jira',
        tenant: 'default',
        subject: `jira:PAY-${n}`,
        project: 'PAY',
        changeKey: null,
        occurredAt: null,
        actor: null,
        issue: { id: null, key: `PAY-${n}`, summary: null },
        comment: { id: String(n), text: `How far is this, ${n}?` },
      },
      alsoAnswers: [],
      isLate: false,
      context,
    }),
  );
}

/**
 * What the second of two events reads from the cache, four minutes after the first and by the breakpoints of the requests themselves:
 * of all kinds of prompts the one with the least. What events of each kind really hold is measured in test/activities/kinds-of-events.test.ts.
 */
function leastShareRead(): Result {
  const shares = [...new Set(Object.values(promptFor))].map((prompt) => {
    const meter = createUsageMeter();
    meter.measure(bodyOf(prompt, usualContext(1), 1), new Date('2026-11-23T10:00:00Z'));
    const usage = meter.measure(bodyOf(prompt, usualContext(2), 2), new Date('2026-11-23T10:04:00Z'));
    const { input_tokens: paid, cache_creation_input_tokens: written, cache_read_input_tokens: read } = usage;
    return read / (paid + written + read);
  });
  const value = Math.min(...shares);
  return { ...absolute(value, 'share', LEAST_SHARE), higherIsBetter: true, ok: value >= LEAST_SHARE };
}

/** An issue as most are: a description, a comment, some changes. */
function usualContext(n: number): Context {
  const { facts, items, omitted } = contextOf();
  const texts = items.slice(0, 2).map((item) => ({ ...item, data: { body: `${n} ${words.repeat(5)}` } }));
  const changes = Array.from({ length: 8 }, (_, change) => ({
    ...(items[0] as Context['items'][number]),
    id: `change-${change}`,
    kind: 'change' as const,
    data: { field: 'status', from: 'To Do', to: 'Done', n },
  }));
  return { facts, items: [...texts, ...changes], omitted };
}

/** Milliseconds of one call, the median. */
function timed(work: () => string): number {
  const times: number[] = [];
  for (let n = 0; n < WARM_UP + RUNS; n += 1) {
    const startedAt = performance.now();
    work();
    if (n >= WARM_UP) {
      times.push(performance.now() - startedAt);
    }
  }
  return median(times);
}
