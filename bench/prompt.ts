/** Building the prompt for an issue with 200 long comments, beside plain JSON of the same context. */
import type { Context } from '../src/domain/context.js';
import { messageBody } from '../src/integrations/claude/client.js';
import { buildRequest } from '../src/reasoning/build-request.js';
import { promptFor } from '../src/reasoning/prompts/index.js';
import { absolute, median, type Result } from './result.js';

const COMMENTS = 200;
const RUNS = 200;
const WARM_UP = 20;
const LIMIT_MS = 10;
/** About what one call may hold: the system part, the tools and 60,000 characters of items, at four characters a token. */
const LIMIT_TOKENS = 25_000;

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
  const build = () =>
    JSON.stringify(
      messageBody(
        buildRequest({
          model: 'claude-sonnet-5-5',
          prompt: promptFor.comment_created,
          nonce: '0'.repeat(32),
          maxTokens: 16_000,
          maxActions: 3,
          agent: { name: 'PM Agent', language: 'en', channel: 'C0PAY', accounts: ['712020:agent'] },
          teamRules: '',
          event: {
            type: 'comment_created',
            source: 'jira',
            tenant: 'default',
            subject: 'jira:PAY-1',
            project: 'PAY',
            changeKey: null,
            occurredAt: null,
            actor: null,
            issue: { id: null, key: 'PAY-1', summary: null },
            comment: { id: '1', text: 'How far is this?' },
          },
          alsoAnswers: [],
          isLate: false,
          context,
        }),
      ),
    );
  const baseline = timed(() => JSON.stringify(context));
  return {
    prompt: absolute(timed(build), 'ms', LIMIT_MS, { baseline, baselineName: 'JSON of the same context' }),
    'prompt-tokens': absolute(Math.ceil(build().length / 4), 'tokens', LIMIT_TOKENS),
  };
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
