/**
 * What a cycle's request really reads from the cache: two events of one kind, read by "gather" from the sandbox's own issues, asked
 * over HTTP, and measured by the sandbox from the breakpoints of the requests.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { PmEvent } from '../../src/domain/event.js';
import { createBitbucket } from '../../src/integrations/bitbucket/client.js';
import { createClaude, messageBody } from '../../src/integrations/claude/client.js';
import { createJiraRest } from '../../src/integrations/jira/rest.js';
import { createSlack } from '../../src/integrations/slack/client.js';
import { REPLY_SCHEMA } from '../../src/reasoning/decision-schema.js';
import { tokensIn } from '../../src/sandbox/claude/usage.js';
import { startSandbox, type TestSandbox } from '../sandbox/running-sandbox.js';
import { commentEvent, cycleInput } from '../support/builders.js';
import { createWorld, type World } from './support/world.js';

/** Nothing says that the vendor caches the reply's schema: it counts neither as read nor as prompt. */
const SCHEMA_TOKENS = tokensIn({ format: { type: 'json_schema', schema: REPLY_SCHEMA } });

let sandbox: TestSandbox;
let world: World;
beforeAll(async () => {
  sandbox = await startSandbox();
  const rules = { linkHosts: [], mentions: [] };
  const bitbucket = { baseUrl: `${sandbox.url}/bitbucket/2.0`, username: null, token: 't', ...rules };
  world = createWorld({
    deps: {
      jira: createJiraRest({ baseUrl: `${sandbox.url}/jira`, email: null, token: 't', ...rules }),
      bitbucket: createBitbucket(bitbucket),
      slack: createSlack({ apiUrl: `${sandbox.url}/slack`, botToken: 'xoxb-1', ...rules }),
      claude: createClaude({ apiKey: 'any', baseURL: `${sandbox.url}/anthropic` }),
      messageBody,
      teams: [
        {
          id: 'payments',
          jiraProjects: ['PAY'],
          jiraBoard: 1,
          repositories: ['acme/pay-api'],
          slackChannel: 'C0PAY',
          lead: null,
          rules: '',
        },
      ],
    },
  });
});
afterAll(async () => {
  await world.dispose();
  await sandbox.close();
});

interface Prompt {
  readonly read: number;
  readonly written: number;
  /** Tokens of the whole prompt. */
  readonly all: number;
}

/** The first turn of a cycle, the schema left out. */
async function promptOf(event: PmEvent): Promise<Prompt> {
  const cycle = cycleInput({ event });
  const { contextHash } = await world.call('gatherContext', cycle);
  await world.call('takeTurn', { cycle, contextHash, turns: [] });
  const [call] = world.reader.getCycle(cycle.cycleId)?.modelCalls ?? [];
  const { input_tokens: paid = 0, cache_write_tokens: written = 0, cache_read_tokens: read = 0 } = call ?? {};
  return { read: Math.max(0, read - SCHEMA_TOKENS), written, all: paid + written + read - SCHEMA_TOKENS };
}

const comment = (key: string) =>
  commentEvent({
    subject: `jira:${key}`,
    issue: { id: null, key, summary: null },
    comment: { id: '1', text: '@PM Agent how is this going?' },
  });

const share = (prompts: readonly Prompt[]) =>
  prompts.reduce((sum, { read }) => sum + read, 0) / prompts.reduce((sum, { all }) => sum + all, 0);

describe('of two cycles of one kind within five minutes', () => {
  test('the second reads four fifths of its prompt from the cache, also without the schema of the reply', async () => {
    const first = await promptOf(comment('PAY-1'));
    const later: Prompt[] = [];
    for (const key of ['PAY-2', 'PAY-3', 'PAY-4', 'PAY-5', 'PAY-6', 'PAY-7']) {
      later.push(await promptOf(comment(key)));
    }

    expect(first).toMatchObject({ read: 0, written: expect.any(Number) });
    expect(first.written).toBeGreaterThan(4_096);
    expect(later.map(({ written }) => written)).toEqual(later.map(() => 0));
    expect(share(later)).toBeGreaterThanOrEqual(0.8);
    // The longest of them: two comments, links, a sprint and a pull request.
    expect(Math.min(...later.map((one) => share([one])))).toBeGreaterThan(0.75);
  });
});
