/** Which understood deliveries become cycles. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { MirrorReader } from '../../../src/audit/mirror-reader.js';
import type { Config, Team } from '../../../src/config/config.js';
import type { Action } from '../../../src/domain/action.js';
import { cycleInput, planned } from '../../support/builders.js';
import {
  ana,
  ben,
  commentCreated,
  jiraBody,
  jiraComment,
  jiraIssue,
  linkBody,
  prComment,
  pullRequestBody,
  slackEvent,
  slackMessage,
  sprintBody,
} from '../support/bodies.js';
import { bitbucketHeaders, jiraHeaders, post, slackHeaders } from '../support/sending.js';
import { startTestApi, type TestApi, type TestApiOptions } from '../support/test-api.js';

const TEAM = {
  id: 'payments',
  timezone: 'UTC',
  members: [],
  jiraProjects: [],
  jiraBoard: null,
  repositories: [],
  slackChannel: null,
  lead: null,
  rules: '',
} satisfies Team;

let api: TestApi | undefined;

afterEach(async () => {
  await api?.close();
  api = undefined;
});

async function start(options: TestApiOptions = {}): Promise<TestApi> {
  api = await startTestApi(options);
  return api;
}

async function sendJira(to: TestApi, body: unknown) {
  const raw = JSON.stringify(body);
  return post(`${to.url}/webhooks/jira`, raw, jiraHeaders(raw));
}

async function sendBitbucket(to: TestApi, body: unknown, key: string) {
  const raw = JSON.stringify(body);
  return post(`${to.url}/webhooks/bitbucket`, raw, bitbucketHeaders(raw, key));
}

describe('an own event', () => {
  test('of Jira is ignored, by the account that wrote the comment', async () => {
    const to = await start();
    await to.mirror.recordAccount('jira', ana.accountId, 'PM Agent');

    expect((await sendJira(to, commentCreated())).body).toMatchObject({
      status: 'ignored',
      reason: 'own event',
    });
  });

  test.each(['uuid', 'account_id'] as const)('of Bitbucket is ignored, by its %s', async (name) => {
    const to = await start();
    await to.mirror.recordAccount('bitbucket', ben[name], 'PM Agent');
    const answer = await sendBitbucket(to, pullRequestBody(), 'pullrequest:created');

    expect(answer.body).toMatchObject({ status: 'ignored', reason: 'own event' });
  });

  test('of Slack is ignored, by its user', async () => {
    const to = await start();
    await to.mirror.recordAccount('slack', 'U0PM', 'PM Agent');
    const raw = JSON.stringify(
      slackEvent(slackMessage({ user: 'U0PM', channel_type: 'im', channel: 'D0ANA' })),
    );
    const answer = await post(`${to.url}/webhooks/slack`, raw, slackHeaders(raw));

    expect(answer.body).toMatchObject({ status: 'ignored', reason: 'own event' });
  });

  test("is nobody else's with the same id at another vendor", async () => {
    const to = await start();
    await to.mirror.recordAccount('slack', ana.accountId, 'PM Agent');

    expect((await sendJira(to, commentCreated())).status).toBe(202);
  });
});

describe('F48: what the agent wrote, told under another author', () => {
  async function wrote(to: TestApi, action: Action, remoteId: string): Promise<void> {
    const cycle = cycleInput();
    const row = planned(cycle.cycleId, 1, action, { verdict: 'auto' });
    const step = { name: 'plan', attempt: 1, startedAt: cycle.receivedAt, detail: {} } as const;
    const { cycleId } = cycle;
    await to.mirror.startCycle(cycle, 'run-1');
    await to.mirror.recordPlan({ cycleId, step, actions: [row] });
    const result = { status: 'executed', remoteId, message: 'done' } as const;
    await to.mirror.recordResult({ cycleId, actionId: row.actionId, result, step });
  }

  const own = { status: 'ignored', reason: 'own event: what it tells of is an effect of ours' };

  test.each([['comment_created'], ['comment_updated']])(
    'in a %s of Jira is ignored',
    async (webhookEvent) => {
      const to = await start();
      await wrote(to, { kind: 'jira.comment', payload: { issueKey: 'PAY-142', body: 'x' } }, '20001');

      expect((await sendJira(to, commentCreated({ webhookEvent }))).body).toMatchObject(own);
    },
  );

  test('on a pull request is ignored', async () => {
    const to = await start();
    const payload = { repository: 'acme/pay-api', pullRequestId: 7, body: 'x' };
    await wrote(to, { kind: 'bitbucket.pr_comment', payload }, String(prComment.id));
    const body = pullRequestBody({ comment: prComment });

    expect((await sendBitbucket(to, body, 'pullrequest:comment_created')).body).toMatchObject(own);
  });

  test.each<[string, Action, object]>([
    [
      'in a thread',
      {
        kind: 'slack.message',
        payload: { channel: 'C0PAY', threadTs: '1700000000.000100', text: 'x' },
      },
      own,
    ],
    [
      'as a thread of its own',
      { kind: 'slack.message', payload: { channel: 'C0PAY', threadTs: null, text: 'x' } },
      own,
    ],
    [
      'in another channel at the same moment',
      { kind: 'slack.message', payload: { channel: 'C0WEB', threadTs: null, text: 'x' } },
      { status: 'accepted' },
    ],
  ])('in Slack, %s', async (_where, action, expected) => {
    const to = await start();
    const ts = '1700000000.000200';
    await wrote(to, action, ts);
    const message = slackMessage({
      type: 'app_mention',
      channel: 'C0PAY',
      user: 'U0BEN',
      ts,
      thread_ts: '1700000000.000100',
    });
    const raw = JSON.stringify(slackEvent(message));

    expect((await post(`${to.url}/webhooks/slack`, raw, slackHeaders(raw))).body).toMatchObject(expected);
  });

  test('another comment on the same issue is somebody’s, whatever it quotes', async () => {
    const to = await start();
    await wrote(to, { kind: 'jira.comment', payload: { issueKey: 'PAY-142', body: 'x' } }, '20002');

    expect((await sendJira(to, commentCreated())).status).toBe(202);
  });

  test('the id of something else that was done is no comment’s', async () => {
    const to = await start();
    await wrote(to, { kind: 'jira.transition', payload: { issueKey: 'PAY-142', toStatus: 'Done' } }, '20001');

    expect((await sendJira(to, commentCreated())).status).toBe(202);
  });
});

describe('the site', () => {
  function realJira(config: Config, baseUrl: string): Partial<Config> {
    return { jira: { ...config.jira, baseUrl, sandboxed: false } };
  }

  test.each([
    ['https://acme.atlassian.net', 'accepted'],
    ['https://other.atlassian.net', 'ignored'],
    ['https://api.atlassian.com/ex/jira/1324a887', 'accepted'],
    ['http://127.0.0.1:9000', 'accepted'],
  ])('%s as JIRA_BASE_URL: a comment of acme is %s', async (baseUrl, status) => {
    const { config } = await start();
    await api?.close();
    const to = await start({ config: realJira(config, baseUrl) });

    expect((await sendJira(to, commentCreated())).body.status).toBe(status);
  });

  test('that a comment does not name stops nothing', async () => {
    const { config } = await start();
    await api?.close();
    const to = await start({ config: realJira(config, 'https://acme.atlassian.net') });
    const unnamed = { comment: jiraComment({ self: undefined }), issue: jiraIssue({ self: undefined }) };

    expect((await sendJira(to, commentCreated(unnamed))).body.status).toBe('accepted');
  });

  test('of a simulated Jira may be any', async () => {
    const to = await start();
    const issue = jiraIssue({ self: 'https://elsewhere.example/rest/api/2/issue/1' });

    expect((await sendJira(to, jiraBody('jira:issue_created', { issue }))).status).toBe(202);
  });
});

describe('with teams', () => {
  const team = { ...TEAM, jiraProjects: ['PAY'], repositories: ['Acme/Pay-API'] };
  const withTeam = (jiraBoard: number | null): TestApiOptions => ({
    config: (config) => ({ file: { ...config.file, teams: [{ ...team, jiraBoard }] } }),
  });
  const commentIn = (project: string) =>
    commentCreated({
      issue: jiraIssue({ key: `${project}-1`, fields: { summary: 'x', project: { key: project } } }),
    });

  const sprintOfNoBoard = () =>
    sprintBody('sprint_started', 'active', { sprint: { id: 57, state: 'active', name: 'PAY Sprint 4' } });

  test.each([
    ['a project of a team', 12, () => commentIn('PAY'), 'accepted'],
    ['another project', 12, () => commentIn('HR'), 'ignored'],
    ['a link, which names no project', 12, () => linkBody, 'accepted'],
    ['a sprint of the board', 12, () => sprintBody('sprint_started', 'active'), 'accepted'],
    ['a sprint of another board', 13, () => sprintBody('sprint_started', 'active'), 'ignored'],
    ['a sprint that names no board', 12, sprintOfNoBoard, 'accepted'],
    ['a sprint, where no team names a board', null, () => sprintBody('sprint_started', 'active'), 'accepted'],
  ] as const)('%s (board %s) is judged', async (_what, board, body, status) => {
    expect((await sendJira(await start(withTeam(board)), body())).body).toMatchObject({ status });
  });

  test('a repository is known whatever the case of its name', async () => {
    const answer = await sendBitbucket(await start(withTeam(null)), pullRequestBody(), 'pullrequest:created');

    expect(answer.body).toMatchObject({ status: 'accepted' });
  });
});

describe('without a secret', () => {
  const none = { jira: [], bitbucket: [], slack: [] };

  test('a source refuses everything', async () => {
    const to = await start({ config: { webhookSecrets: none } });
    const answer = await post(`${to.url}/webhooks/jira`, JSON.stringify(commentCreated()), {
      'content-type': 'application/json',
    });

    expect(answer.status).toBe(401);
  });

  test('and with ALLOW_UNSIGNED_WEBHOOKS it accepts unsigned deliveries', async () => {
    const to = await start({ config: { webhookSecrets: none, allowUnsignedWebhooks: true } });
    const answer = await post(`${to.url}/webhooks/jira`, JSON.stringify(commentCreated()), {
      'content-type': 'application/json',
    });

    expect(answer.status).toBe(202);
  });

  test('ALLOW_UNSIGNED_WEBHOOKS changes nothing for a source that has one', async () => {
    const to = await start({ config: { allowUnsignedWebhooks: true } });
    const answer = await post(`${to.url}/webhooks/jira`, JSON.stringify(commentCreated()), {
      'content-type': 'application/json',
    });

    expect(answer.status).toBe(401);
  });
});

describe('a store that fails', () => {
  test('is 503 with Retry-After, and says nothing of itself', async () => {
    const to = await start({
      inbox: { accept: async () => Promise.reject(new Error('SQLITE_FULL: /var/lib/secret/inbox.db')) },
    });
    const answer = await sendJira(to, commentCreated());

    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(answer.body).toMatchObject({ error: { code: 'unavailable' } });
    expect(answer.text).not.toMatch(/SQLITE|secret|inbox\.db/);
  });

  test('when the mirror cannot be read is 503 too', async () => {
    const broken: Partial<MirrorReader> = {
      ownAccounts: () => {
        throw new Error('database disk image is malformed');
      },
    };
    const to = await start({ mirror: broken });

    expect((await sendJira(to, commentCreated())).status).toBe(503);
  });
});
