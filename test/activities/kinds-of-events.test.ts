/**
 * Each kind of event on its way from the vendor's webhook to the model, twice within five minutes: which prompt answers it, and
 * what its request reads from the cache by its own breakpoints, as the sandbox bills it.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { LlmCallsTable } from '../../src/audit/model-call-table.js';
import { createBitbucket } from '../../src/integrations/bitbucket/client.js';
import { createClaude, messageBody } from '../../src/integrations/claude/client.js';
import { createJiraRest } from '../../src/integrations/jira/rest.js';
import { createSlack } from '../../src/integrations/slack/client.js';
import { promptFor } from '../../src/reasoning/prompts/index.js';
import { startSandbox, type TestSandbox } from '../sandbox/running-sandbox.js';
import { cycleInput } from '../support/builders.js';
import { causeEvent, KINDS_OF_EVENTS, type KindOfEvent } from '../support/kinds-of-events.js';
import { createWorld, type World } from './support/world.js';

interface Asked {
  readonly promptId: string | undefined;
  readonly paid: number;
  readonly written: number;
  readonly read: number;
}

let sandbox: TestSandbox;
let world: World;
const asked = new Map<string, readonly Asked[]>();
/** Of the small model, at the same events. */
const looks: Asked[] = [];

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
  for (const { prompt, acts } of KINDS_OF_EVENTS) {
    const both: Asked[] = [];
    for (const act of acts) {
      both.push(await askedAbout(act));
    }
    asked.set(prompt, both);
  }
});
afterAll(async () => {
  await world.dispose();
  await sandbox.close();
});

/** The first turn of the cycle of an event, and the first look at it. */
async function askedAbout(act: KindOfEvent['acts'][number]): Promise<Asked> {
  const cycle = cycleInput({ event: await causeEvent(sandbox, act) });
  const { contextHash } = await world.call('gatherContext', cycle);
  await world.call('takeTurn', { cycle, contextHash, turns: [] });
  await world.call('triage', { cycle, contextHash });
  const [call, look] = world.reader.getCycle(cycle.cycleId)?.modelCalls ?? [];
  looks.push(askedIn(look));
  return askedIn(call);
}

function askedIn(call: LlmCallsTable | undefined): Asked {
  return {
    promptId: call?.prompt_id,
    paid: call?.input_tokens ?? 0,
    written: call?.cache_write_tokens ?? 0,
    read: call?.cache_read_tokens ?? 0,
  };
}

const kinds = KINDS_OF_EVENTS.map(({ prompt }) => prompt);

test('there is no prompt whose kind of event is missing here', () => {
  expect([...kinds].sort()).toEqual([...new Set(Object.values(promptFor).map(({ id }) => id))].sort());
});

test.each(KINDS_OF_EVENTS)('$prompt answers all events of its kind', ({ prompt, acts }) => {
  expect(asked.get(prompt)?.map(({ promptId }) => promptId)).toEqual(acts.map(() => prompt));
});

test('the first look of the small model is too short to be cached, and its ledger says so', () => {
  expect(looks.length).toBeGreaterThan(0);
  expect(looks.filter(({ written, read }) => written + read > 0)).toEqual([]);
});

test.each(kinds)('the second event for %s reads four fifths of its prompt from the cache', (prompt) => {
  const [first, second] = asked.get(prompt) ?? [];
  const { paid = 0, written = 0, read = 0 } = second ?? {};

  expect((first?.written ?? 0) + (first?.read ?? 0)).toBe(read);
  expect(written).toBe(0);
  expect(read / (paid + read)).toBeGreaterThanOrEqual(0.8);
});
