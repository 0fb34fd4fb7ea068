import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { learn } from '../../src/sandbox/learn.js';
import { type SandboxParts, startSandboxParts } from './sandbox-parts.js';

let sandbox: SandboxParts;

beforeEach(async () => {
  sandbox = await startSandboxParts();
});

afterEach(() => sandbox.close());

const ada = {
  accountId: '712020:ada-l',
  displayName: 'Ada Lovelace',
  accountType: 'atlassian',
  active: true,
};

function issueBody(fields: Record<string, unknown> = {}, more: Record<string, unknown> = {}) {
  return {
    timestamp: 1_700_000_000_000,
    webhookEvent: 'jira:issue_updated',
    user: ada,
    issue: {
      id: '40010',
      key: 'OLD-7',
      fields: {
        summary: 'Printer is on fire',
        description: 'It *burns*.',
        project: { id: '40000', key: 'OLD', name: 'Old things' },
        issuetype: { name: 'Bug' },
        status: { name: 'Burning', statusCategory: { key: 'indeterminate' } },
        priority: { name: 'High' },
        assignee: ada,
        labels: ['hot'],
        created: '2023-11-14T22:00:00.000+0000',
        updated: '2023-11-14T22:13:20.000+0000',
        ...fields,
      },
    },
    ...more,
  };
}

describe('a Jira body', () => {
  test('makes its issue, project, status and people known', () => {
    const learned = learn(sandbox.deps, 'jira', issueBody());

    const { jira } = sandbox.deps;
    const issue = jira.findIssue('OLD-7');
    expect(issue).toMatchObject({
      id: '40010',
      summary: 'Printer is on fire',
      description: { wiki: 'It *burns*.' },
      issueType: 'Bug',
      priority: 'High',
      assignee: '712020:ada-l',
      labels: ['hot'],
      updated: '2023-11-14T22:13:20.000Z',
    });
    expect(jira.findStatus(issue?.statusId ?? '')).toMatchObject({
      name: 'Burning',
      category: 'indeterminate',
    });
    expect(jira.findProject('OLD')).toMatchObject({ id: '40000', name: 'Old things' });
    expect(jira.findUser('712020:ada-l')?.displayName).toBe('Ada Lovelace');
    expect(learned).toEqual(expect.arrayContaining(['issue OLD-7', 'project OLD', 'user 712020:ada-l']));
  });

  test('sends no webhook', () => {
    learn(sandbox.deps, 'jira', issueBody());

    expect(sandbox.sent()).toEqual([]);
  });

  test('learned twice changes nothing and answers the same', () => {
    const body = issueBody(
      {
        comment: {
          comments: [{ id: '71', author: ada, body: 'Hot.', created: '2023-11-14T22:05:00.000+0000' }],
        },
      },
      { changelog: { id: '81', items: [{ field: 'status', fromString: 'Open', toString: 'Burning' }] } },
    );
    const first = learn(sandbox.deps, 'jira', body);
    const before = sandbox.dump();

    const second = learn(sandbox.deps, 'jira', body);

    expect(second).toEqual(first);
    expect(sandbox.dump()).toEqual(before);
  });

  test('keeps comments, history, links and subtasks', () => {
    const mention = (key: string, id: string, status: string) => ({
      id,
      key,
      fields: { summary: `About ${key}`, status: { name: status }, issuetype: { name: 'Sub-task' } },
    });
    const blocks = { id: '1', name: 'Blocks', inward: 'is blocked by', outward: 'blocks' };
    learn(
      sandbox.deps,
      'jira',
      issueBody(
        {
          comment: {
            comments: [{ id: '71', author: ada, body: 'Hot.', created: '2023-11-14T22:05:00.000+0000' }],
          },
          issuelinks: [{ id: '91', type: blocks, inwardIssue: mention('OLD-6', '40009', 'To Do') }],
          subtasks: [mention('OLD-8', '40011', 'Done')],
        },
        {
          changelog: {
            id: '81',
            items: [{ field: 'status', from: '1', fromString: 'Open', to: '5', toString: 'Burning' }],
          },
        },
      ),
    );

    const { jira } = sandbox.deps;
    expect(jira.comments('40010').map(({ id, body, author }) => [id, body.wiki, author])).toEqual([
      ['71', 'Hot.', '712020:ada-l'],
    ]);
    expect(jira.changes('40010')).toMatchObject([
      {
        id: '81',
        author: '712020:ada-l',
        items: [{ field: 'status', fieldId: 'status', fromString: 'Open', toString: 'Burning' }],
      },
    ]);
    expect(jira.links('40010')).toMatchObject([{ sourceIssueId: '40009', destinationIssueId: '40010' }]);
    expect(jira.findIssue('OLD-6')?.summary).toBe('About OLD-6');
    expect(jira.findIssue('OLD-8')?.parentKey).toBe('OLD-7');
  });

  test.each([
    [
      'as objects',
      [
        {
          id: 61,
          name: 'Old Sprint 3',
          state: 'active',
          boardId: 12,
          goal: 'Cool down',
          endDate: '2023-11-20T10:00:00.000Z',
        },
      ],
    ],
    [
      'as old servers print them',
      [
        'com.atlassian.greenhopper.service.sprint.Sprint@38c6bd04[id=61,rapidViewId=12,state=ACTIVE,name=Old Sprint 3,goal=Cool down,startDate=<null>,endDate=2023-11-20T10:00:00.000Z,completeDate=<null>,sequence=1]',
      ],
    ],
  ])('keeps sprints %s', (_how, value) => {
    learn(sandbox.deps, 'jira', issueBody({ customfield_10999: value }));

    const { jira } = sandbox.deps;
    expect(jira.findIssue('OLD-7')).toMatchObject({ sprintIds: [61], custom: {} });
    expect(jira.findSprint(61)).toEqual({
      id: 61,
      boardId: 12,
      name: 'Old Sprint 3',
      state: 'active',
      goal: 'Cool down',
      startDate: null,
      endDate: '2023-11-20T10:00:00.000Z',
      completeDate: null,
    });
    expect(jira.findBoard(12)?.projectKey).toBe('OLD');
  });

  test('of a comment event without an issue finds the id in the comment, under a name to be replaced', () => {
    const self = 'https://jira.example.com/rest/api/2/issue/40010/comment/72';
    const person = { name: 'ada', key: 'ada', displayName: 'Ada Lovelace' };
    const body = {
      webhookEvent: 'comment_created',
      comment: { self, id: '72', author: person, body: 'Still hot?' },
    };

    expect(learn(sandbox.deps, 'jira', body)).toContain('issue LEARNED-40010');
    expect(sandbox.deps.jira.comments('40010')).toMatchObject([{ id: '72', author: 'ada' }]);

    learn(sandbox.deps, 'jira', issueBody());
    expect(sandbox.deps.jira.findIssue('40010')).toMatchObject({
      key: 'OLD-7',
      summary: 'Printer is on fire',
    });
    expect(sandbox.deps.jira.comments('40010')).toHaveLength(1);
  });

  test('of a comment event with few fields is completed by a full body, even an older one', () => {
    const poor = issueBody({}, { webhookEvent: 'comment_created', timestamp: 1_800_000_000_000 });
    poor.issue.fields = { summary: 'Printer is on fire', status: { name: 'Burning' } } as any;
    learn(sandbox.deps, 'jira', poor);

    learn(sandbox.deps, 'jira', issueBody());

    expect(sandbox.deps.jira.findIssue('OLD-7')).toMatchObject({
      description: { wiki: 'It *burns*.' },
      priority: 'High',
    });
  });

  test('that is older or poorer does not replace what stands, a newer one does', () => {
    learn(sandbox.deps, 'jira', issueBody());
    const summary = () => sandbox.deps.jira.findIssue('OLD-7')?.summary;

    learn(sandbox.deps, 'jira', issueBody({ summary: 'older', updated: '2023-11-14T22:13:19.000+0000' }));
    learn(sandbox.deps, 'jira', issueBody({ summary: 'without a time', updated: undefined }));
    expect(summary()).toBe('Printer is on fire');

    learn(sandbox.deps, 'jira', issueBody({ summary: 'newer', updated: '2023-11-14T22:13:21.000+0000' }));
    expect(summary()).toBe('newer');
  });

  test('about a seeded issue leaves it as it is', () => {
    const seeded = sandbox.deps.jira.issues()[0];
    if (seeded === undefined) throw new Error('the seed holds no issue');

    const body = issueBody({ updated: '2001-01-01T00:00:00.000+0000' });
    Object.assign(body.issue, { id: seeded.id, key: seeded.key });
    learn(sandbox.deps, 'jira', body);

    expect(sandbox.deps.jira.findIssue(seeded.key)).toEqual(seeded);
  });

  test('of another site with an id that is taken gets an id of its own', () => {
    learn(sandbox.deps, 'jira', issueBody());
    const other = issueBody();
    Object.assign(other.issue, { key: 'NEW-1' });

    learn(sandbox.deps, 'jira', other);

    expect(sandbox.deps.jira.findIssue('40010')?.key).toBe('OLD-7');
    expect(sandbox.deps.jira.findIssue('NEW-1')?.id).not.toBe('40010');
  });

  test('of an issue that moved keeps its id and answers to both keys', () => {
    learn(sandbox.deps, 'jira', issueBody());
    const moved = issueBody(
      { updated: '2023-11-15T00:00:00.000+0000' },
      { changelog: { id: '82', items: [{ field: 'Key', fromString: 'OLD-7', toString: 'NEW-1' }] } },
    );
    Object.assign(moved.issue, { key: 'NEW-1' });

    learn(sandbox.deps, 'jira', moved);

    expect(sandbox.deps.jira.findIssue('40010')?.key).toBe('NEW-1');
    expect(sandbox.deps.jira.findIssue('OLD-7')?.key).toBe('NEW-1');
  });

  test('of a deletion does not bring back what was deleted', () => {
    learn(sandbox.deps, 'jira', issueBody({}, { webhookEvent: 'jira:issue_deleted' }));

    expect(sandbox.deps.jira.findIssue('OLD-7')).toBeNull();

    const gone = { id: '73', author: ada, body: 'Gone.' };
    learn(sandbox.deps, 'jira', issueBody({}, { webhookEvent: 'comment_deleted', comment: gone }));
    expect(sandbox.deps.jira.findComment('73')).toBeNull();
  });

  test('of a link event makes both ends known', () => {
    const issueLink = {
      id: 10_656,
      sourceIssueId: 11_442,
      destinationIssueId: 11_961,
      issueLinkType: { id: 77, name: 'Hinders', outwardName: 'hinders', inwardName: 'is hindered by' },
    };

    learn(sandbox.deps, 'jira', {
      timestamp: '2018-12-18 11:57:24,746',
      webhookEvent: 'issuelink_created',
      issueLink,
    });

    const { jira } = sandbox.deps;
    expect(jira.findIssue('11442')?.key).toBe('LEARNED-11442');
    expect(jira.links('11961')).toMatchObject([{ id: '10656', sourceIssueId: '11442' }]);
    expect(jira.linkTypes().find(({ name }) => name === 'Hinders')).toMatchObject({
      id: '77',
      inward: 'is hindered by',
    });
  });

  test('of a sprint event makes the sprint known', () => {
    const sprint = { id: 57, state: 'future', name: 'ORB Sprint 4', originBoardId: 12 };

    expect(learn(sandbox.deps, 'jira', { webhookEvent: 'sprint_created', sprint })).toEqual(['sprint 57']);
    expect(sandbox.deps.jira.findSprint(57)).toMatchObject({
      name: 'ORB Sprint 4',
      state: 'future',
      boardId: 12,
    });
  });
});

const bo = { uuid: '{bo-l}', account_id: '557058:bo', display_name: 'Bo L', nickname: 'bo' };

function pullRequestBody(changes: Record<string, unknown> = {}, more: Record<string, unknown> = {}) {
  return {
    actor: bo,
    repository: { full_name: 'old/things', name: 'things', uuid: '{r}', project: { key: 'OLD' } },
    pullrequest: {
      id: 3,
      title: 'OLD-7 Put it out',
      description: 'Water.',
      state: 'OPEN',
      author: bo,
      source: { branch: { name: 'fix/OLD-7' }, commit: { hash: 'aaaaaaaaaaaa' } },
      destination: { branch: { name: 'trunk' }, commit: { hash: 'bbbbbbbbbbbb' } },
      reviewers: [{ uuid: '{cy}', display_name: 'Cy' }],
      participants: [
        { user: { uuid: '{cy}', display_name: 'Cy' }, role: 'REVIEWER', approved: true, state: 'approved' },
      ],
      created_on: '2023-11-14T22:00:00.000000+00:00',
      updated_on: '2023-11-14T22:10:00.000000+00:00',
      ...changes,
    },
    ...more,
  };
}

describe('a Bitbucket body', () => {
  test('makes its pull request, repository, branches and people known, without a webhook', () => {
    const comment = {
      id: 501,
      user: bo,
      content: { raw: 'Ready?' },
      inline: { path: 'a.ts', from: null, to: 4 },
      created_on: '2023-11-14T22:09:00.000000+00:00',
    };

    const learned = learn(
      sandbox.deps,
      'bitbucket',
      pullRequestBody({}, { comment }),
      'pullrequest:comment_created',
    );

    const { bitbucket } = sandbox.deps;
    expect(bitbucket.findRepository('old/things')).toMatchObject({ mainBranch: 'trunk', projectKey: 'OLD' });
    expect(bitbucket.findPullRequest('old/things', 3)).toMatchObject({
      title: 'OLD-7 Put it out',
      state: 'OPEN',
      author: '{bo-l}',
      sourceBranch: 'fix/OLD-7',
      sourceHash: 'aaaaaaaaaaaa',
      participants: [{ user: '{cy}', role: 'REVIEWER', state: 'approved', participatedOn: null }],
      updatedOn: '2023-11-14T22:10:00.000Z',
    });
    expect(bitbucket.pullRequestComments('old/things', 3)).toMatchObject([
      { id: 501, raw: 'Ready?', user: '{bo-l}', inline: { path: 'a.ts', from: null, to: 4 }, deleted: false },
    ]);
    expect(bitbucket.branches('old/things').map(({ name }) => name)).toEqual(['fix/OLD-7', 'trunk']);
    expect(learned).toContain('pull request old/things#3');
    expect(sandbox.sent()).toEqual([]);
  });

  test('learned twice changes nothing; a newer one changes the pull request, an older one does not', () => {
    learn(sandbox.deps, 'bitbucket', pullRequestBody());
    const before = sandbox.dump();
    const find = () => sandbox.deps.bitbucket.findPullRequest('old/things', 3);

    learn(sandbox.deps, 'bitbucket', pullRequestBody());
    learn(
      sandbox.deps,
      'bitbucket',
      pullRequestBody({ title: 'older', updated_on: '2023-11-14T22:09:59.000000+00:00' }),
    );
    expect(sandbox.dump()).toEqual(before);

    learn(
      sandbox.deps,
      'bitbucket',
      pullRequestBody({ state: 'MERGED', closed_by: bo, updated_on: '2023-11-14T22:11:00.000000+00:00' }),
    );
    expect(find()).toMatchObject({ state: 'MERGED', closedBy: '{bo-l}' });
  });

  test('whose state is no state takes it from the event', () => {
    const body = pullRequestBody({ state: 'OPEN|MERGED|DECLINED' });

    learn(sandbox.deps, 'bitbucket', body, 'pullrequest:fulfilled');

    expect(sandbox.deps.bitbucket.findPullRequest('old/things', 3)?.state).toBe('MERGED');
  });

  test('of a push makes commits and branches known, and survives a deleted branch', () => {
    const target = {
      hash: 'c'.repeat(40),
      message: 'Fix',
      date: '2023-11-14T22:00:00+00:00',
      author: { user: bo },
    };
    const { repository } = pullRequestBody();
    const changes = [
      { new: { type: 'branch', name: 'main', target }, commits: [target] },
      { new: null, old: { type: 'branch', name: 'gone' } },
    ];

    learn(sandbox.deps, 'bitbucket', { repository, actor: bo, push: { changes } }, 'repo:push');

    const { bitbucket } = sandbox.deps;
    expect(bitbucket.findCommit('old/things', 'c'.repeat(7))).toMatchObject({
      message: 'Fix',
      author: '{bo-l}',
    });
    expect(bitbucket.branches('old/things')).toEqual([
      { repository: 'old/things', name: 'main', hash: 'c'.repeat(40) },
    ]);
  });

  test('of a build finds the commit in the links where that is the only place', () => {
    const { repository } = pullRequestBody();
    const href = `https://api.example.com/2.0/repositories/other/name/commit/${'d'.repeat(40)}`;
    const build = { key: 'ci', name: 'CI', state: 'FAILED', refname: 'main', links: { commit: { href } } };

    learn(sandbox.deps, 'bitbucket', { repository, commit_status: build }, 'repo:commit_status_created');

    expect(sandbox.deps.bitbucket.statuses('old/things', 'd'.repeat(40))).toMatchObject([
      { key: 'ci', state: 'FAILED', refname: 'main' },
    ]);
  });
});

describe('a Slack body', () => {
  const message = {
    type: 'message',
    ts: '1700000100.000200',
    thread_ts: '1700000000.000100',
    text: 'And now?',
    user: 'W9',
    channel: 'C9',
  };

  test('of an event makes user, channel, message and the start of its thread known, without a webhook', () => {
    const learned = learn(sandbox.deps, 'slack', { type: 'event_callback', team_id: 'T9', event: message });

    const { slack } = sandbox.deps;
    expect(slack.findChannel('C9')).toMatchObject({ isIm: false, members: expect.arrayContaining(['W9']) });
    expect(slack.findMessage('C9', '1700000100.000200')).toMatchObject({
      text: 'And now?',
      threadTs: '1700000000.000100',
      user: 'W9',
    });
    expect(slack.findMessage('C9', '1700000000.000100')).not.toBeNull();
    expect(learned).toEqual(
      expect.arrayContaining(['user W9', 'channel C9', 'message 1700000100.000200 in C9']),
    );
    expect(sandbox.sent()).toEqual([]);
  });

  test('with the first message of the thread fills in what only had a place', () => {
    learn(sandbox.deps, 'slack', { event: message });
    const root = {
      type: 'message',
      ts: '1700000000.000100',
      text: 'It began here',
      user: 'W8',
      channel: 'C9',
    };

    learn(sandbox.deps, 'slack', { event: root });
    learn(sandbox.deps, 'slack', { event: { ...root, text: 'said differently' } });

    expect(sandbox.deps.slack.findMessage('C9', '1700000000.000100')?.text).toBe('It began here');
  });

  test('of a slash command as raw form makes channel and user known', () => {
    const raw =
      'token=x&team_id=T9&channel_id=C9&channel_name=things&user_id=W9&user_name=ada&command=%2Fpm&text=status';

    expect(learn(sandbox.deps, 'slack', { raw })).toEqual(['user W9', 'channel C9']);
    expect(sandbox.deps.slack.findChannel('C9')?.name).toBe('things');
    expect(sandbox.deps.slack.findUser('W9')?.name).toBe('ada');
  });

  test('of a button as raw form makes the message under it known', () => {
    const payload = {
      type: 'block_actions',
      user: { id: 'W9', username: 'ada' },
      channel: { id: 'C9', name: 'things' },
      container: { type: 'message', message_ts: '1700000000.000100', channel_id: 'C9' },
      message: { ts: '1700000000.000100', text: 'Approve?', bot_id: 'B9', user: 'W7' },
    };

    learn(sandbox.deps, 'slack', { raw: `payload=${encodeURIComponent(JSON.stringify(payload))}` });

    expect(sandbox.deps.slack.findMessage('C9', '1700000000.000100')).toMatchObject({
      text: 'Approve?',
      botId: 'B9',
    });
  });

  test('of a direct message opens one with that person', () => {
    learn(sandbox.deps, 'slack', {
      event: { ...message, thread_ts: undefined, channel: 'D9', channel_type: 'im' },
    });

    expect(sandbox.deps.slack.findChannel('D9')).toMatchObject({ isIm: true, imUser: 'W9' });
  });

  test('of a deleted message does not bring it back', () => {
    const event = {
      type: 'message',
      subtype: 'message_deleted',
      channel: 'C9',
      ts: '1700000200.000300',
      previous_message: message,
    };

    learn(sandbox.deps, 'slack', { event });

    expect(sandbox.deps.slack.messages('C9')).toEqual([]);
  });
});

describe('a body that means nothing', () => {
  test.each([undefined, null, 7, 'text', [], {}, { issue: 5, event: [], pullrequest: 'x' }, { raw: '{' }])(
    '%j is taken and teaches nothing',
    (body) => {
      for (const source of ['jira', 'bitbucket', 'slack'] as const) {
        expect(learn(sandbox.deps, source, body)).toEqual([]);
      }
    },
  );
});

describe('POST /_learn', () => {
  test('learns and answers what', async () => {
    const response = await sandbox.post('/_learn', { source: 'jira', body: issueBody() });

    expect(response.status).toBe(200);
    expect(((await response.json()) as any).learned).toContain('issue OLD-7');
  });

  test('from an unknown source is refused with the known ones', async () => {
    const response = await sandbox.post('/_learn', { source: 'github', body: {} });

    expect(response.status).toBe(400);
    expect(((await response.json()) as any).error.message).toContain('jira, bitbucket, slack');
  });
});
