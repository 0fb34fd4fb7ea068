/**
 * F27–F30 over the wire: a server that speaks the Messages API badly, one way for each issue. Whatever it answers, no event is
 * lost: people are told of what is critical ("not analysed"), it is looked at once more when the API is sound again, and what is
 * not critical ends with the reason in its record. The real client, activities, mirror and Temporal.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createActivities } from '../../src/activities/index.js';
import { createNoteUnanalysed } from '../../src/activities/note-unanalysed.js';
import type { CycleResult } from '../../src/domain/cycle.js';
import { createClaude, messageBody } from '../../src/integrations/claude/client.js';
import type { agentCycle } from '../../src/workflows/agent-cycle.js';
import { AGENT_CYCLE } from '../../src/workflows/messages.js';
import { jiraIssue, transitions } from '../activities/support/vendor-data.js';
import { createWorld, type World } from '../activities/support/world.js';
import { BADLY, decisionText, json, said } from '../support/bad-replies.js';
import { commentEvent, cycleInput } from '../support/builders.js';
import { eventually } from '../support/eventually.js';
import { openTemporal, type TemporalHarness } from '../support/temporal.js';

const sound = (key: string) =>
  said({
    text: decisionText('Analysed.', [
      {
        kind: 'jira.comment',
        payload: { issueKey: key, as: 'answer', audience: 'internal', body: 'Analysed.' },
      },
    ]),
  });

/** Each way to fail has two issues: one that is critical, one that is not. */
const CRITICAL = 'PAY';
const PLAIN = 'WEB';
const SOUND_AFTER = 2;
/** All of them begin at once: how soon one has its turn is the machine's affair. */
const LIMIT_MS = 240_000;

let temporal: TemporalHarness;
let server: Server;
let world: World;
const asked = new Map<string, number>();
const ends = new Map<string, CycleResult>();
const holders = new Map<string, string>();
const told = new Map<string, string[]>();
const comments = new Map<string, string[]>();

beforeAll(async () => {
  temporal = await openTemporal();
  server = createServer((request, response) => void respond(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  world = createWorld({
    jira: {
      getIssue: (key) =>
        jiraIssue({ key, priority: key.startsWith('PAY') ? 'Highest' : 'Medium', links: [] }),
      getTransitions: () => transitions,
      assignableUsers: () => [],
      findCommentByAction: () => null,
      addComment: ({ issueKey, body }) => note(comments, issueKey, body),
    },
    bitbucket: { findPullRequests: () => [] },
    slack: {
      findMessageByAction: () => null,
      postMessage: ({ text: words }) => note(told, /(?:PAY|WEB)-\d+/.exec(words)?.[0] ?? '', words),
    },
    deps: {
      claude: createClaude({
        apiKey: 'key-1',
        baseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      }),
      messageBody,
      people: [{ id: 'lead-1', name: 'Lea', jira: null, bitbucket: null, slack: 'U0LEAD', roles: ['lead'] }],
      teams: [
        {
          id: 'payments',
          jiraProjects: ['PAY', 'WEB'],
          jiraBoard: null,
          repositories: [],
          slackChannel: null,
          lead: 'lead-1',
          rules: '',
        },
      ],
      policy: { version: 'v1', default: 'auto', deadlineMs: null, rules: [] },
      budgets: { perEvent: 1e6, perSubjectPerDay: 1e6, perProjectPerDay: 1e6, perDay: 1e6 },
      // Later than anybody waits for a model that does not answer.
      clock: () => new Date(Date.now() + 3 * 60_000),
    },
  });
  await temporal.withWorker(worker(), (taskQueue) => runAll(taskQueue));
}, LIMIT_MS);

afterAll(async () => {
  await world.dispose();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await temporal.close();
});

function note(where: Map<string, string[]>, key: string, words: string): string {
  where.set(key, [...(where.get(key) ?? []), words]);
  return String(30_000 + where.size);
}

async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  const body = Buffer.concat(chunks).toString('utf8');
  // What tells whether a refusal is about one question or about all of them: a question of nothing is taken.
  if (request.url?.endsWith('/count_tokens') === true) {
    json(200, { input_tokens: 1 })(response);
    return;
  }
  const [, key = '', number = ''] = /jira:((?:PAY|WEB)-(\d+))/.exec(body) ?? [];
  const before = asked.get(key) ?? 0;
  asked.set(key, before + 1);
  const isSound = key.startsWith(CRITICAL) ? told.has(key) : before >= SOUND_AFTER;
  (isSound ? sound(key) : (BADLY[Number(number) - 1]?.answer ?? json(599, 'about no issue of these tests')))(
    response,
  );
}

function worker() {
  const deps = {
    ...world.deps,
    laneHolder: async (subject: string) => ({ holder: holders.get(subject) ?? '', fence: 1 }),
  };
  return {
    ...createActivities(deps),
    noteUnanalysed: createNoteUnanalysed(deps, ({ length }) => (length > 1 ? null : 1_000)),
  };
}

async function start(key: string, taskQueue: string) {
  const cycle = cycleInput({
    event: commentEvent({
      subject: `jira:${key}`,
      project: key.slice(0, CRITICAL.length),
      issue: { id: null, key, summary: null },
    }),
  });
  holders.set(cycle.event.subject, cycle.cycleId);
  return temporal.client.workflow.start<typeof agentCycle>(AGENT_CYCLE, {
    taskQueue,
    workflowId: cycle.cycleId,
    args: [cycle],
  });
}

/** All of them side by side, up to their ends; the one that waits for an hour is left to itself. */
async function runAll(taskQueue: string): Promise<void> {
  const keys = BADLY.flatMap((_badly, n) => [`${CRITICAL}-${n + 1}`, `${PLAIN}-${n + 1}`]);
  const started = await Promise.all(keys.map(async (key) => ({ key, handle: await start(key, taskQueue) })));
  await Promise.all(
    started.map(async ({ key, handle }) => {
      if (key.startsWith(PLAIN) && BADLY[keys.indexOf(key) >> 1]?.end === 'waits') {
        await eventually(async () => expect(asked.get(key)).toBe(1), LIMIT_MS);
        await handle.terminate('it waits for an hour');
      } else {
        ends.set(key, await handle.result());
      }
    }),
  );
}

const cases = BADLY.map((badly, n) => [badly.name, badly, n + 1] as const);
const auditOf = (key: string) => world.reader.auditOf(holders.get(`jira:${key}`) ?? '');
const countOf = (key: string, wanted: string) => auditOf(key).filter(({ kind }) => kind === wanted).length;

test('each request was about an issue of these tests', () => {
  expect([...asked.keys()].filter((key) => key === '')).toEqual([]);
});

describe('an event that is critical', () => {
  test.each(cases)('is told once and analysed once after %s', (_name, { why }, n) => {
    const key = `${CRITICAL}-${n}`;

    expect(told.get(key)).toEqual([expect.stringContaining(`**Not analysed**: ${why}.`)]);
    expect(ends.get(key)).toEqual({ status: 'completed', outcome: 'acted', summary: 'Analysed.' });
    expect(comments.get(key)).toEqual(['Analysed.']);
    expect(countOf(key, 'critical.told')).toBe(1);
    expect(countOf(key, 'decision.made')).toBe(2);
  });
});

describe('an event that is not', () => {
  test.each(cases.filter(([, { end }]) => end === 'answered'))(
    'is asked again after %s',
    (_name, _badly, n) => {
      const key = `${PLAIN}-${n}`;

      expect(ends.get(key)).toEqual({ status: 'completed', outcome: 'acted', summary: 'Analysed.' });
      expect(comments.get(key)).toEqual(['Analysed.']);
    },
  );

  test.each(cases.filter(([, { end }]) => end === 'undecided'))(
    'ends with the reason in its record, and whoever asked is told once, after %s',
    (_name, _badly, n) => {
      const key = `${PLAIN}-${n}`;

      expect(ends.get(key)).toEqual({
        status: 'completed',
        outcome: 'acted',
        summary: expect.stringMatching(/^no usable decision: ./),
      });
      expect(auditOf(key).find(({ kind }) => kind === 'decision.made')?.data).toContain('"failure":"');
      expect(told.get(key)).toBeUndefined();
      expect(comments.get(key)).toEqual([expect.stringMatching(/^I (?:cannot|have no answer)/)]);
    },
  );
});

test('an event that is not critical waits as long as the API asks for', () => {
  const n = 1 + BADLY.findIndex(({ end }) => end === 'waits');

  expect(asked.get(`${PLAIN}-${n}`)).toBe(1);
  expect(ends.has(`${PLAIN}-${n}`)).toBe(false);
});

test('no plan was carried out that came with a reply which ended badly', () => {
  const written = world.jira.received.filter(({ method }) => method !== 'addComment');
  expect(written.map(({ args }) => JSON.stringify(args)).filter((args) => args.includes('PAY-999'))).toEqual(
    [],
  );
  expect(world.jira.calls()).not.toContain('transition');
});
