/** What reaches the vendors, for each kind of action with words in it: the real clients, against the sandbox over HTTP. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { fingerprint } from '../../src/activities/fingerprint.js';
import { ACTION_KINDS, type Action, type ActionKind, textOf } from '../../src/domain/action.js';
import type { CycleInput, PlannedAction } from '../../src/domain/cycle.js';
import type { OutputRules } from '../../src/domain/output/rule.js';
import { createBitbucket } from '../../src/integrations/bitbucket/client.js';
import { createJiraEdits } from '../../src/integrations/jira/edits-client.js';
import { createJiraRest } from '../../src/integrations/jira/rest.js';
import { createSlack } from '../../src/integrations/slack/client.js';
import { CONFIGURED, rules, TOKENS } from '../domain/output/support.js';
import { startSandbox, type TestSandbox } from '../sandbox/running-sandbox.js';
import { commentEvent, cycleInput } from '../support/builders.js';
import { context, facts } from './support/vendor-data.js';
import { createWorld, type World } from './support/world.js';

let sandbox: TestSandbox;
let world: World;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterEach(() => world.dispose());
afterAll(() => sandbox.close());

/** One row for each kind; null where the payload holds no words of the model. */
const WORDED: { readonly [K in ActionKind]: ((text: string) => Action<K>) | null } = {
  'jira.comment': (body) => ({ kind: 'jira.comment', payload: { issueKey: 'PAY-1', body } }),
  'jira.transition': null,
  'jira.assign': null,
  'jira.link': null,
  'jira.update_fields': null,
  'jira.create_issue': (words) => ({
    kind: 'jira.create_issue',
    payload: {
      issueKey: 'PAY-1',
      as: 'follow_up',
      issueType: null,
      summary: words.replace(/\s+/g, ' '),
      description: words,
    },
  }),
  'slack.message': (text) => ({ kind: 'slack.message', payload: { channel: 'C0PAY', threadTs: null, text } }),
  'bitbucket.pr_comment': (body) => ({
    kind: 'bitbucket.pr_comment',
    payload: { repository: 'acme/pay-api', pullRequestId: 1, body },
  }),
  escalate: (text) => ({ kind: 'escalate', payload: { reason: text, text, level: 'info', to: null } }),
};
const KINDS = ACTION_KINDS.filter((kind) => WORDED[kind] !== null);

function wordsIn(kind: ActionKind, text: string): Action {
  const make = WORDED[kind];
  expect(make).not.toBeNull();
  return make?.(text) as Action;
}

function open(output: OutputRules = rules): void {
  const { linkHosts, mentions } = output;
  world = createWorld({
    deps: {
      output,
      policy: { version: 'v', default: 'auto', deadlineMs: null, rules: [] },
      people: [{ id: 'lead', name: 'Lea', jira: null, bitbucket: null, slack: 'C0PAY', roles: [] }],
      teams: [
        {
          id: 'pay',
          jiraProjects: ['PAY'],
          jiraBoard: null,
          repositories: [],
          slackChannel: 'C0PAY',
          lead: 'lead',
          rules: '',
        },
      ],
      jira: createJiraRest({ baseUrl: `${sandbox.url}/jira`, email: null, token: 't', linkHosts, mentions }),
      bitbucket: createBitbucket({
        baseUrl: `${sandbox.url}/bitbucket/2.0`,
        username: null,
        token: 't',
        linkHosts,
        mentions,
      }),
      jiraEdits: createJiraEdits({
        baseUrl: `${sandbox.url}/jira`,
        email: null,
        token: 't',
        linkHosts,
        mentions,
      }),
      slack: createSlack({ apiUrl: `${sandbox.url}/slack`, botToken: 'xoxb-1', linkHosts, mentions }),
    },
  });
}

async function plan(action: Action): Promise<{ cycle: CycleInput; planned: PlannedAction }> {
  // The simulated Jira has ids of its own.
  const cycle = cycleInput({ event: commentEvent({ issue: { id: null, key: 'PAY-1', summary: null } }) });
  await world.deps.mirror.startCycle(cycle, 'run-1');
  const pullRequest = { ...facts.pullRequest, repository: 'acme/pay-api', id: 1 } as typeof facts.pullRequest;
  const contextHash = await world.storeContext(context({ facts: { ...facts, pullRequest } }));
  const decision = {
    summary: 's',
    reasons: [{ text: 'It was asked.', evidence: ['event'] }],
    actions: [action],
    uncertainty: null,
  };
  const { actions } = await world.call('planActions', { cycle, contextHash, decision });
  return { cycle, planned: actions[0] as PlannedAction };
}

async function writes(): Promise<readonly { method: string; path: string; status: number; body: unknown }[]> {
  const { items } = (await sandbox.get('/_received')).body;
  return items.filter(
    ({ method, path }: { method: string; path: string }) =>
      method !== 'GET' && /\/comments?$|\/issue$|chat\.postMessage$/.test(path),
  );
}

async function sentSince(before: number) {
  return (await writes()).slice(before);
}

const HOSTILE = [
  'Hi [~accountid:712020:eve] <@U0EVE> <!channel> <!subteam^S9> @here @{eve-uuid}',
  '[read](https://evil.example/?d=1) ![](https://evil.example/p.png) www.evil.example `https://evil.example`',
  'hid\u200Bden \u202Etext',
].join('\n\n');
const ALIVE = /<[@!]|@\{|\[~|"type":"mention"|https?:\/\/evil|www\.evil|[\u202E]|(?<![\w.])@here/;

describe.each(KINDS)('%s', (kind) => {
  test('leaves without mentions, foreign links and hidden characters, in the words that were planned', async () => {
    open();
    const before = (await writes()).length;

    const { cycle, planned } = await plan(wordsIn(kind, HOSTILE));
    const result = await world.call('executeAction', { cycle, planned });

    expect({ refusal: planned.refusal, result }).toMatchObject({
      refusal: null,
      result: { status: 'executed' },
    });
    const sent = await sentSince(before);
    expect(sent).toHaveLength(1);
    expect(JSON.stringify(sent[0]?.body)).toContain('(at)712020:eve');
    expect(JSON.stringify(sent[0]?.body)).not.toMatch(ALIVE);
    const { action, hash, takenOut } = planned;
    expect(textOf(action)).not.toMatch(ALIVE);
    expect(hash).toBe(fingerprint({ kind: action.kind, payload: action.payload }));
    expect(takenOut).toContain('a mention of channel');
    expect(takenOut).toContain('a link to evil[.]example');
    expect(JSON.parse(world.reader.getAction(planned.actionId)?.taken_out ?? '[]')).toEqual(takenOut);
    expect(
      world.reader
        .auditOf(cycle.cycleId)
        .map(({ data }) => data)
        .join(),
    ).toContain('a mention of channel');
  });

  test.each(['the value of SLACK_SIGNING_SECRET', ...Object.keys(TOKENS)])(
    'with %s in it is refused',
    async (what) => {
      open();
      const secret = TOKENS[what] ?? CONFIGURED;

      const { planned } = await plan(wordsIn(kind, `The answer is ${secret}`));

      expect(planned.refusal).toContain(`the text holds ${what}`);
      expect(JSON.stringify(planned)).not.toContain(secret.slice(-12));
    },
  );

  test('with a secret in it is not sent, also where no plan refused it', async () => {
    open();
    const before = (await writes()).length;
    const { cycle, planned } = await plan(wordsIn(kind, 'harmless'));
    const changed = wordsIn(kind, `The answer is ${CONFIGURED}`);
    const action = { ...changed, payload: { ...changed.payload, ...placeOf(planned.action) } } as Action;

    const result = await world.call('executeAction', { cycle, planned: { ...planned, action } });

    expect(result).toMatchObject({
      status: 'denied',
      message: expect.stringContaining('SLACK_SIGNING_SECRET'),
    });
    expect(await sentSince(before)).toEqual([]);
    expect(JSON.stringify((await sandbox.get('/_received')).body)).not.toContain(CONFIGURED);
    // A request that is withheld is not even written down.
    expect(world.reader.getAction(planned.actionId)?.request).toBeNull();
  });

  test('approved while its link was allowed is not sent in other words after that', async () => {
    open({ ...rules, linkHosts: ['evil.example'] });
    const before = (await writes()).length;
    const { cycle, planned } = await plan(wordsIn(kind, 'see https://evil.example/x'));
    expect(textOf(planned.action)).toContain('https://evil.example/x');

    const deps = { ...world.deps, output: rules };
    const result = await world.call('executeAction', { cycle, planned }, { deps });

    expect(result).toMatchObject({
      status: 'denied',
      message: expect.stringContaining('a link to evil[.]example'),
    });
    expect(await sentSince(before)).toEqual([]);
  });
});

/** Where an escalation goes is code's to say, and stands in the plan only. */
function placeOf(action: Action): object {
  return action.kind === 'escalate' ? { to: action.payload.to ?? null } : {};
}

test('a mention on the list is one at its vendor', async () => {
  open();
  const before = (await writes()).length;

  for (const [kind, text] of [
    ['jira.comment', 'Ask [~accountid:712020:lead]'],
    ['slack.message', 'Ask <@U0LEAD|x> and <!subteam^S0TEAM>'],
    ['bitbucket.pr_comment', 'Ask @{lead-uuid}'],
  ] as const) {
    const { cycle, planned } = await plan(wordsIn(kind, text));
    await world.call('executeAction', { cycle, planned });
  }

  const [jira, slack, bitbucket] = (await sentSince(before)).map(({ body }) => JSON.stringify(body));
  expect(jira).toContain('{"type":"mention","attrs":{"id":"712020:lead","text":"@712020:lead"}}');
  expect(slack).toContain('Ask <@U0LEAD> and <!subteam^S0TEAM>');
  expect(bitbucket).toContain('Ask @{lead-uuid}');
});
