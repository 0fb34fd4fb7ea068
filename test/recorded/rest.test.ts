import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createBitbucketChanges } from '../../src/integrations/bitbucket/changes-client.js';
import { bitbucketMessage, createBitbucket } from '../../src/integrations/bitbucket/client.js';
import { createBitbucketNotes } from '../../src/integrations/bitbucket/notes-client.js';
import { createJiraChanges } from '../../src/integrations/jira/changes-client.js';
import { createJiraEdits } from '../../src/integrations/jira/edits-client.js';
import { createJiraNotes } from '../../src/integrations/jira/notes-client.js';
import { createJiraRest, jiraMessage } from '../../src/integrations/jira/rest.js';
import { rejectForm } from '../../src/integrations/slack/approval-forms.js';
import { createSlackChanges } from '../../src/integrations/slack/changes-client.js';
import { createSlack } from '../../src/integrations/slack/client.js';
import { failureOf } from '../support/integration-failure.js';
import { payloadsOf } from '../support/recorded.js';
import { type ScriptedServer, startScriptedServer } from '../support/scripted-server.js';
import { BITBUCKET_NOT_CALLED, JIRA_NOT_CALLED, SLACK_NOT_CALLED } from './not-called.js';

let server: ScriptedServer;

beforeAll(async () => {
  server = await startScriptedServer();
});

afterAll(() => server.close());

const jira = () => createJiraRest({ baseUrl: server.url, email: null, token: 't' });
const dataCenter = () =>
  createJiraRest({ baseUrl: server.url, email: null, token: 't', deployment: 'data_center' });
const bitbucket = () => createBitbucket({ baseUrl: `${server.url}/2.0`, username: null, token: 't' });
const bitbucketNotes = () =>
  createBitbucketNotes({ baseUrl: `${server.url}/2.0`, username: null, token: 't' });
const jiraNotes = () => createJiraNotes({ baseUrl: server.url, email: null, token: 't' });
const slack = () => createSlack({ apiUrl: `${server.url}/api`, botToken: 't' });
const jiraEdits = () => createJiraEdits({ baseUrl: server.url, email: null, token: 't' });
const jiraChanges = () => createJiraChanges({ baseUrl: server.url, email: null, token: 't' });
const bitbucketChanges = () =>
  createBitbucketChanges({ baseUrl: `${server.url}/2.0`, username: null, token: 't' });
const slackChanges = () => createSlackChanges({ apiUrl: `${server.url}/api`, botToken: 't' });

/** What reads a recorded answer through the client, and tells what came out. */
type Reader = (json: never) => Promise<unknown>;

async function read<T>(answer: unknown, call: () => Promise<T>): Promise<T> {
  server.answer({ body: answer });
  return call();
}

interface Listed {
  readonly values: readonly unknown[];
}

const ASKED = { project: null, withinMinutes: 1, since: '9999-01-01T00:00:00.000Z', pageToken: null };

interface RecordedIssue {
  readonly id?: string;
  readonly key: string;
  readonly fields: { readonly comment?: readonly unknown[] | { readonly comments: readonly unknown[] } };
  readonly changelog?: { readonly histories: readonly unknown[] };
}

/** A page of a search holds issues as they are read one by one. */
const UPDATED = async (json: RecordedIssue) => {
  const { comment = [] } = json.fields;
  const comments = 'comments' in comment ? comment.comments : comment;
  const changelog = { ...json.changelog, total: json.changelog?.histories.length ?? 0 };
  const answer = { ...json, id: json.id ?? '1', changelog };
  const { issues } = await read({ issues: [answer] }, () => jiraChanges().updatedIssues(ASKED));
  expect(issues).toMatchObject([{ key: json.key }]);
  expect(issues[0]?.changes).toHaveLength(changelog.total);
  expect(issues[0]?.comments).toHaveLength(comments.length);
};
const ISSUE: Reader = async (json: RecordedIssue) => {
  const issue = await read(json, () => jira().getIssue('PAY-1'));
  expect(issue.key).toBe(json.key);
  await UPDATED(json);
  expect(await read(json, () => dataCenter().getIssue('PAY-1'))).toMatchObject({
    key: json.key,
    summary: issue.summary,
    description: issue.description,
    assignee: issue.assignee === null ? null : { displayName: issue.assignee.displayName },
  });
};
const SPRINT: Reader = async (json: never) => {
  await read(json, () => jira().getSprint(1));
  const page = await read({ values: [json] }, () => jiraChanges().boardSprints(1, 0));
  expect(page.sprints).toHaveLength(1);
};
const SPRINTS: Reader = async (json: Listed) => {
  for (const one of json.values) {
    await SPRINT(one as never);
  }
  const page = await read(json, () => jiraChanges().boardSprints(1, 0));
  expect(page.sprints.map(({ completeDate }) => completeDate !== null)).toEqual(
    json.values.map((sprint) => 'completeDate' in (sprint as object)),
  );
};
const HISTORY: Reader = async (json: { items: readonly unknown[] }) => {
  const issue = await read({ key: 'X-1', fields: {}, changelog: { histories: [json] } }, () =>
    jira().getIssue('X-1'),
  );
  expect(issue.changes).toHaveLength(json.items.length);
};
const JIRA_ERROR: Reader = async (json: { errorMessages: readonly string[] }) => {
  server.answer({ status: 404, body: json });
  const error = await failureOf(jira().getIssue('X-1'));
  expect(error).toMatchObject({ code: 'not_found', retryable: false });
  expect(error.message).toContain(json.errorMessages[0]);
  expect(jiraMessage(json)).not.toBeNull();
};

/** The sprint of the first of them. */
const BOARDS: Reader = async (json: Listed) => {
  const sprint = { id: 7, name: 's', state: 'active' };
  server.answer({ body: json }, { body: { values: [sprint] } });
  const from = server.received.length;
  expect(await jiraEdits().sprintOf('X', 'active')).toBe(sprint.id);
  const [first] = json.values as { id: number }[];
  expect(server.received[from + 1]?.path).toBe(`/rest/agile/1.0/board/${first?.id}/sprint`);
};

const COMMENT_WRITE = { issueKey: 'X-1', body: 'x', actionId: 'x' };
const NEW_ISSUE = {
  projectKey: 'X',
  parentKey: null,
  typeId: '1',
  summary: 'x',
  description: '',
  actionId: 'x',
  answers: [],
};

const JIRA: Readonly<Record<string, Reader>> = {
  devlake_changelog_Rank: HISTORY,
  devlake_changelog_description: HISTORY,
  devlake_changelog_priority: HISTORY,
  devlake_changelog_resolution: HISTORY,
  'devlake_issue_EE-17': ISSUE,
  'devlake_issue_EE-5': ISSUE,
  'devlake_issue_K5-4': ISSUE,
  devlake_sprints_7: SPRINT,
  devlake_users_81fedc0a: (json: unknown) => read(json, () => jira().myself()),
  ga_get_board_agile: (json: unknown) => BOARDS({ values: [json] } as never),
  ga_get_board_sprints_agile: SPRINTS,
  ga_get_issue: ISSUE,
  ga_get_issue_link_types: async (json: unknown) => {
    expect((await read(json, () => jiraEdits().linkTypes())).length).toBeGreaterThan(0);
  },
  jcli_create: async (json: { id: string; key: string }) => {
    expect(await read(json, () => jiraEdits().createIssue(NEW_ISSUE))).toBe(json.key);
    expect(await read(json, () => jira().issueNow('X-1'))).toEqual({ id: json.id, key: json.key });
  },
  jcli_fields: async (json: unknown) => {
    // It has "Original story points", which is no estimate.
    expect(await read(json, () => jiraEdits().siteFields('A'))).toEqual({
      sprint: null,
      estimate: null,
      estimateName: null,
    });
  },
  ga_get_issue_comment_by_id: async (json: unknown) => {
    const comment = { total: 1, comments: [json] };
    const issue = await read({ key: 'X-1', fields: { comment } }, () => jira().getIssue('X-1'));
    expect(issue.comments[0]?.body).toContain('Lorem ipsum');
    expect(await read(json, () => jiraEdits().getComment('X-1', '1'))).toMatchObject({
      created: issue.comments[0]?.created,
      updated: issue.comments[0]?.updated,
    });
    server.answer({ body: json }, { body: json }, { body: { values: [json] } });
    expect(await jiraNotes().read('X-1', '1')).toMatchObject({
      id: issue.comments[0]?.id,
      markedWords: null,
    });
    expect(await read(json, () => jira().addComment(COMMENT_WRITE))).toBe(issue.comments[0]?.id);
  },
  ga_get_issue_link_by_id: (json: unknown) =>
    read({ key: 'X-1', fields: { issuelinks: [json] } }, () => jira().getIssue('X-1')),
  ga_get_myselft: (json: unknown) => read(json, () => jira().myself()),
  ga_get_sprint_by_id_agile: SPRINT,
  gj_all_boards: (json: never) => BOARDS(json),
  gj_error_issue_not_found: JIRA_ERROR,
  gj_issues_in_sprint: async (json: { total: number; issues: readonly unknown[] }) => {
    server.answer({ body: [] });
    const issues = await read({ ...json, total: json.issues.length }, () => jira().getSprintIssues(1));
    expect(issues).toHaveLength(json.issues.length);
  },
  gj_no_permissionscheme: JIRA_ERROR,
  gj_no_role: JIRA_ERROR,
  gj_sprints: SPRINTS,
  gj_transitions: async (json: { transitions: readonly unknown[] }) => {
    const transitions = await read(json, () => jira().getTransitions('X-1'));
    expect(transitions).toHaveLength(json.transitions.length);
  },
  jcli_issue: ISSUE,
  jcli_search: async (json: { issues: readonly unknown[] }) => {
    for (const issue of json.issues) {
      await ISSUE(issue as never);
    }
    const search = { projects: ['X'], words: 'x', state: 'any', limit: 9 } as const;
    expect(await read(json, () => jira().searchIssues(search))).toHaveLength(json.issues.length);
    const marked = { projectKey: 'X', actionId: 'x', sought: [], since: null };
    expect(
      await read({ ...json, nextPageToken: null }, () => jiraEdits().findIssueByAction(marked)),
    ).toBeNull();
  },
  jcli_sprint_get: SPRINT,
  jcli_transitions: (json: unknown) => read(json, () => jira().getTransitions('X-1')),
  jcli_users: (json: unknown) => read(json, () => jira().assignableUsers('X-1')),
  jtm_issue_rendered: ISSUE,
};

const PULLS = { repository: 'a/b', since: '2026-01-01T00:00:00.000Z', page: 1 };
const PULL_REQUEST: Reader = async (json: never) => {
  await read(json, () => bitbucket().getPullRequest('a/b', 1));
  const page = await read({ values: [json] }, () => bitbucketChanges().updatedPullRequests(PULLS));
  expect(page.pullRequests).toHaveLength(1);
  expect(await read({ values: [json] }, () => bitbucket().findPullRequests('a/b', 'X-1'))).toHaveLength(1);
};
const COMMITS: Reader = async (json: { values: readonly { hash: string; message: string }[] }) => {
  const told = json.values.map(({ hash, message }) => ({ hash, message }));
  expect(await read(json, () => bitbucket().newestCommits('a/b'))).toMatchObject(told);
  const messages = await read(json, () => bitbucket().getCommitMessages('a/b', 1));
  expect(messages).toEqual(told.map(({ message }) => message));
};
const COMMENT: Reader = async (json: { content: { raw: string } }) => {
  const comments = await read({ values: [json] }, () => bitbucket().getComments('a/b', 1));
  expect(comments[0]?.body).toBe(json.content.raw);
  const activity = await read({ values: [{ comment: json }] }, () =>
    bitbucketChanges().activity('a/b', 1, PULLS.since),
  );
  expect(activity).toMatchObject([{ kind: 'comment', body: json.content.raw }]);
  server.answer({ body: json }, { body: json });
  const note = await bitbucketNotes().read({ repository: 'a/b', pullRequestId: 1 }, '1');
  expect(note?.kept).toEqual({ raw: json.content.raw });
  const write = { repository: 'a/b', pullRequestId: 1, body: 'x', actionId: 'x' };
  expect(await read(json, () => bitbucket().addComment(write))).toBe(comments[0]?.id);
};
const BITBUCKET_ERROR: Reader = async (json: { error: { message: string } }) => {
  server.answer({ status: 404, body: json });
  const error = await failureOf(bitbucket().getRepository('a/b'));
  expect(error).toMatchObject({ code: 'not_found', retryable: false });
  expect(error.message).toContain(json.error.message);
  expect(bitbucketMessage(json)).toBe(json.error.message);
};

const BITBUCKET: Readonly<Record<string, Reader>> = {
  devlake_pr_MERGED_24: PULL_REQUEST,
  devlake_pull_request_commits_11115d276440: (json: unknown) => COMMITS({ values: [json] } as never),
  devlake_prcomment_inline_323120278: COMMENT,
  'jenkins_commit-046d9a3c1532acf4cf08fe93235c00e4d673c1d2-statuses-bui': (json: unknown) =>
    read({ values: [json] }, () => bitbucket().getCommitStatuses('a/b', 'c')),
  jenkins_commits_include_feature_diffstat_exclude_174561d: COMMITS,
  'jenkins_pullrequests-1-commits_fields_values.hash_2Cvalues.author.ra': COMMITS,
  'jenkins_pullrequests-2': PULL_REQUEST,
  scm_commits: COMMITS,
  scm_content_fail: BITBUCKET_ERROR,
  scm_diffstat: async (json: Listed) => {
    const files = await read(json, () => bitbucket().getDiffstat('a/b', 1));
    expect(files).toHaveLength(json.values.length);
  },
  scm_error: BITBUCKET_ERROR,
  scm_pr: PULL_REQUEST,
  scm_prcomment: COMMENT,
  scm_prs: async (json: Listed) => {
    for (const one of json.values) {
      await PULL_REQUEST(one as never);
    }
  },
  scm_repo: (json: unknown) => read(json, () => bitbucket().getRepository('a/b')),
  scm_status: (json: unknown) => read({ values: [json] }, () => bitbucket().getCommitStatuses('a/b', 'c')),
  scm_user: (json: unknown) => read(json, () => bitbucket().currentUser()),
};

const SLACK_ERROR: Reader = async (json: { error: string }) => {
  const error = await failureOf(read(json, () => slack().self()));
  expect(error.message).toContain(json.error);
  expect(['auth', 'forbidden', 'not_found', 'invalid', 'rate_limit', 'unavailable']).toContain(error.code);
};

const MESSAGE = { text: 'x', blocks: [{ type: 'divider' }] } as const;

const SLACK: Readonly<Record<string, Reader>> = {
  'auth.test.ok': (json: unknown) => read(json, () => slack().self()),
  'chat.postMessage.error': SLACK_ERROR,
  'chat.scheduleMessage.error': SLACK_ERROR,
  'chat.update.ok': (json: unknown) =>
    read(json, () => slack().updateBlocks({ channel: 'C1', ts: '1.1', message: MESSAGE, marker: 'm' })),
  'conversations.list.error': SLACK_ERROR,
  'conversations.replies.error': SLACK_ERROR,
  'conversations.replies.ok': async (json: { messages: readonly unknown[] }) => {
    const answer = { ...json, response_metadata: { next_cursor: '' } };
    expect(await read(answer, () => slack().getThread('C1', '1'))).toHaveLength(json.messages.length);
    expect(
      await read(answer, () => slackChanges().repliesAfter('C1', '1', '1482960137.003543')),
    ).toHaveLength(json.messages.length - 1);
  },
  'jtm_auth-test': async (json: { bot: unknown; invalid: never }) => {
    expect(await read(json.bot, () => slack().self())).toMatchObject({ name: 'bot' });
    await SLACK_ERROR(json.invalid);
  },
  'reactions.add.error': SLACK_ERROR,
  'shape_users.info': async (json: object) =>
    expect(await read({ ...json, ok: true }, () => slack().userName('U'))).toBe('U00000000'),
  'users.info.error': SLACK_ERROR,
  'users.info.ok': async (json: { user: { real_name: string } }) =>
    expect(await read(json, () => slack().userName('U'))).toBe(json.user.real_name),
  'users.list.error': SLACK_ERROR,
  'views.open.error': SLACK_ERROR,
  'views.open.ok': (json: unknown) => read(json, () => slack().openView('t', rejectForm('x', ''))),
};

describe.each([
  ['jira_rest', JIRA, JIRA_NOT_CALLED],
  ['bitbucket_rest', BITBUCKET, BITBUCKET_NOT_CALLED],
  ['slack_rest', SLACK, SLACK_NOT_CALLED],
] as const)('%s', (folder, readers, notCalled) => {
  const payloads = payloadsOf(folder);

  test('holds nothing that is neither read here nor of an operation that we do not call', () => {
    const names = payloads.map(({ name }) => name);
    const known = [...Object.keys(readers), ...Object.keys(notCalled)];

    expect(known.toSorted()).toEqual(names.toSorted());
  });

  test.each(payloads.filter(({ name }) => readers[name] !== undefined))(
    '$name is read',
    async ({ name, json }) => {
      await readers[name]?.(json as never);
    },
  );
});
