import { describe, expect, test } from '@jest/globals';
import { readPrompt } from '../../src/sandbox/claude/prompt.js';
import { decide } from '../../src/sandbox/claude/rules/index.js';
import {
  comment,
  issueItem,
  issueWith,
  pullRequestComment,
  pullRequestItem,
  requestOf,
  requestWith,
  slack,
} from './claude-prompt.js';

type Parts = Parameters<typeof requestWith>[0];

function decisionOn(parts: Parts) {
  const prompt = readPrompt(requestWith(parts));
  if (prompt === null) throw new Error('the prompt was not understood');
  return decide(prompt);
}

function textOf(parts: Parts): string {
  const payload = decisionOn(parts).actions[0]?.payload ?? {};
  return String(payload.body ?? payload.text);
}

describe('a question by name', () => {
  test('about status and assignee is answered as a new comment with both facts', () => {
    const decision = decisionOn({
      event: comment('@PM Agent what is the status of this and who is working on it?'),
    });

    expect(decision.actions).toEqual([
      {
        kind: 'jira.comment',
        payload: {
          issueKey: 'PAY-142',
          body: 'PAY-142 (Checkout fails on Safari): the status is In Progress. Bo Chen is working on it.',
        },
      },
    ]);
    expect(decision.reasons[0]?.evidence).toEqual(['issue']);
  });

  test.each([
    ['@PM Agent how urgent is this?', 'Its priority is High.'],
    [
      '@pm-agent when is it ready?',
      'It is in PAY Sprint 12, which ends on 2026-11-27. It is due on 2026-11-25.',
    ],
    ['@PM Agent is it blocked?', 'It is blocked by PAY-9 (To Do).'],
    [
      '@PM Agent what changed last?',
      'The last change was status from To Do to In Progress, by Bo Chen on 2026-11-20.',
    ],
  ])('%s is answered from the item that holds it', (question, sentence) => {
    const items = [
      { id: 'issue', kind: 'issue', data: { dueDate: '2026-11-25' } },
      { id: 'sprint', kind: 'sprint', data: { name: 'PAY Sprint 12', endDate: '2026-11-27T16:00:00.000Z' } },
      { id: 'link-1', kind: 'link', data: { relation: 'is blocked by', key: 'PAY-9', status: 'To Do' } },
      { id: 'link-2', kind: 'link', data: { relation: 'blocks', key: 'PAY-8', status: 'To Do' } },
      {
        id: 'change-1',
        kind: 'change',
        data: {
          at: '2026-11-20T09:00:00Z',
          author: 'Bo Chen',
          field: 'status',
          from: 'To Do',
          to: 'In Progress',
        },
      },
    ];

    expect(textOf({ event: comment(question), items })).toContain(sentence);
  });

  test('of an unknown kind gets a summary of the state', () => {
    const text = textOf({ event: comment('@PM Agent any thoughts?') });

    expect(text).toContain('the status is In Progress');
    expect(text).toContain('Bo Chen is working on it');
    expect(text).toContain('Its priority is High');
  });

  test('on an issue that nobody has says so', () => {
    const text = textOf({
      event: comment('@PM Agent who has this?'),
      issue: issueWith({ assigneeId: null }),
    });

    expect(text).toContain('Nobody is assigned.');
  });

  test('on a pull request is answered there with its reviewers and builds', () => {
    const parts = pullRequestComment('@PM Agent who reviews this, and is the build green?');
    const status = { id: 'status-1', kind: 'commit_status', data: { name: 'unit', state: 'SUCCESSFUL' } };
    const decision = decisionOn({ ...parts, items: [pullRequestItem, status] });

    expect(decision.actions[0]).toMatchObject({
      kind: 'bitbucket.pr_comment',
      payload: { repository: 'acme/pay-api', pullRequestId: 7 },
    });
    expect(decision.actions[0]?.payload.body).toContain(
      'Reviewers: Ada Okafor (approved). Builds: unit SUCCESSFUL.',
    );
  });

  test('on a pull request that names an issue is still about the pull request', () => {
    const text = textOf({
      ...pullRequestComment('@PM Agent what is the status and the priority?'),
      issue: issueWith({}),
    });

    expect(text).toBe(
      'Pull request #7 (PAY-142 Fix Safari): it is open, from feature/PAY-142 into main. Its priority is High.',
    );
  });

  test.each(['app_mention', 'direct_message', 'thread_message', 'slash_command'])(
    'in Slack (%s) is answered in the same thread without naming the agent',
    (type) => {
      const decision = decisionOn({ event: slack(type, '<@U0PMAGENT> what is the status?') });

      expect(decision.actions[0]).toMatchObject({
        kind: 'slack.message',
        payload: { channel: 'C0PAY', threadTs: '1700000000.000100' },
      });
      expect(decision.actions[0]?.payload.text).toContain('the status is In Progress');
    },
  );

  test('in Slack about nothing known asks for an issue', () => {
    const text = textOf({ event: slack('app_mention', 'hello?'), issue: null, items: [] });

    expect(text).toContain('I see no issue or pull request');
  });

  test('in an older event of the same burst is answered too, once', () => {
    const decision = decisionOn({
      event: comment('unrelated words'),
      alsoAnswers: [comment('@PM Agent who has this?'), comment('@PM Agent what is the priority?')],
    });

    expect(decision.actions).toHaveLength(1);
    expect(decision.actions[0]?.payload.body).toMatch(/Bo Chen is working on it\. Its priority is High\./);
  });

  test('wrapped as a coalesced inbox entry is understood as well', () => {
    const decision = decisionOn({
      event: comment('unrelated words'),
      alsoAnswers: [{ eventId: 'e1', event: comment('@PM Agent who has this?') }],
    });

    expect(decision.actions).toHaveLength(1);
  });

  test('by the account id of the agent counts as by name', () => {
    const decision = decisionOn({
      agent: { accounts: { jira: '712020:pm-agent' } },
      event: comment('[~accountid:712020:pm-agent] who has this?'),
    });

    expect(decision.actions[0]?.kind).toBe('jira.comment');
  });

  test('uses the configured name of the agent', () => {
    const agent = { name: 'Scrum Bot (EU)' };

    expect(decisionOn({ agent, event: comment('@Scrum Bot (EU) status?') }).actions).toHaveLength(1);
    expect(decisionOn({ agent, event: comment('@PM Agent status?') }).actions).toHaveLength(0);
  });
});

describe('words that are not meant for the agent', () => {
  test.each([
    'What is the status of this?',
    '> @PM Agent what is the status?\nI asked that already.',
    '&gt; @PM Agent what is the status?',
    '{quote}@PM Agent what is the status?{quote} as she said',
    'bq. @PM Agent status?',
    'mail me at ops@PM Agentic.example',
  ])('%j lead to no action', (text) => {
    expect(decisionOn({ event: comment(text) }).actions).toEqual([]);
  });

  test('beside a quote do not hide the question itself', () => {
    expect(decisionOn({ event: comment('> an old line\n@PM Agent who has this?') }).actions).toHaveLength(1);
  });
});

describe('a request to move', () => {
  test.each([
    ['@PM Agent please close this, it is done', 'Done'],
    ['@PM Agent could you close PAY-142?', 'Done'],
    ['@PM Agent move this to In Review', 'In Review'],
    ['@PM Agent move it to done.', 'Done'],
    ['@PM Agent set the status to "To Do"', 'To Do'],
  ])('%s proposes the reachable status', (text, toStatus) => {
    expect(decisionOn({ event: comment(text) }).actions).toEqual([
      { kind: 'jira.transition', payload: { issueKey: 'PAY-142', toStatus } },
    ]);
  });

  test('names the words that asked for it as evidence', () => {
    const items = [{ id: 'comment-1', kind: 'comment', data: {} }, issueItem];

    expect(decisionOn({ event: comment('@PM Agent close this'), items }).reasons[0]?.evidence).toEqual([
      'comment-1',
      'issue',
    ]);
    expect(decisionOn({ event: comment('@PM Agent close this'), items: [] }).reasons[0]?.evidence).toEqual([
      'event',
    ]);
  });

  test('that the workflow does not offer is answered with what it offers', () => {
    const text = textOf({ event: comment('@PM Agent move this to Blocked') });

    expect(text).toBe(
      'PAY-142 cannot be moved there from In Progress. It can go to: To Do, In Review, Done.',
    );
  });

  test('to where the issue already stands says so', () => {
    expect(textOf({ event: comment('@PM Agent move this to In Progress') })).toBe(
      'PAY-142 is already in In Progress.',
    );
  });

  test('of another issue is refused in words', () => {
    expect(textOf({ event: comment('@PM Agent close PAY-7') })).toContain(
      'I can only move PAY-142 from here',
    );
  });

  test.each(['@PM Agent when will you close this?', '@PM Agent is this closed?'])(
    '%s is a question and moves nothing',
    (text) => {
      expect(decisionOn({ event: comment(text) }).actions[0]?.kind).toBe('jira.comment');
    },
  );
});

describe('a request to assign', () => {
  test.each([
    ['@PM Agent assign this to Bo Chen', '712020:bo'],
    ['@PM Agent please assign the ticket to Bo.', '712020:bo'],
    ['@PM Agent assign to me', '712020:ada'],
    ['@PM Agent unassign this', null],
  ])('%s names the account out of the facts', (text, accountId) => {
    expect(decisionOn({ event: comment(text) }).actions).toEqual([
      { kind: 'jira.assign', payload: { issueKey: 'PAY-142', accountId } },
    ]);
  });

  test('to a stranger lists whom it could be', () => {
    expect(textOf({ event: comment('@PM Agent assign this to Zoe') })).toContain('Ada Okafor, Bo Chen');
  });

  test('by a first name that two people carry names nobody', () => {
    const issue = issueWith({
      people: [
        { id: '1', name: 'Bo Chen' },
        { id: '2', name: 'Bo Larsen' },
      ],
    });

    expect(decisionOn({ event: comment('@PM Agent assign this to Bo'), issue }).actions[0]?.kind).toBe(
      'jira.comment',
    );
  });
});

describe('words that need no answer', () => {
  test.each([
    ['@PM Agent mute', 'mute'],
    ['@PM Agent unmute please', 'unmute'],
    ['@PM Agent please mute this.', 'mute'],
    ['thanks @PM Agent!', 'thanked'],
  ])('%s leads to no action and says why', (text, word) => {
    const decision = decisionOn({ event: comment(text) });

    expect(decision.actions).toEqual([]);
    expect(decision.summary).toContain(word);
  });

  test('beside a question leave the question to be answered', () => {
    const decision = decisionOn({
      event: comment('@PM Agent unmute'),
      alsoAnswers: [comment('@PM Agent what is the status?')],
    });

    expect(decision.actions[0]?.payload.body).toContain('the status is In Progress');
  });
});

describe('a request to escalate', () => {
  test('tells how things stand, and names no recipient', () => {
    const decision = decisionOn({ event: comment('@PM Agent please escalate this') });

    expect(decision.actions).toMatchObject([
      { kind: 'escalate', payload: { reason: 'Ada Okafor asks for help with PAY-142', level: 'warning' } },
    ]);
    expect(Object.keys(decision.actions[0]?.payload ?? {})).toEqual(['reason', 'text', 'level']);
  });

  test('is not what asks when something is escalated', () => {
    const decision = decisionOn({ event: comment('@PM Agent when do you escalate?') });

    expect(decision.actions[0]?.kind).toBe('jira.comment');
  });
});

describe('a change at a vendor', () => {
  const created = { ...comment(''), type: 'issue_created', changes: [] };

  test('a new bug without a description is asked for steps', () => {
    const items = [{ ...issueItem, data: { issueType: { name: 'Bug' }, description: '  ' } }];

    expect(textOf({ event: created, items })).toContain('steps to reproduce');
  });

  test('a new issue of the highest priority without an assignee is asked for an owner', () => {
    const issue = issueWith({ priority: 'Highest', assigneeId: null });

    expect(textOf({ event: created, issue })).toContain('who takes it');
  });

  test('a complete new issue is left alone', () => {
    expect(decisionOn({ event: created }).actions).toEqual([]);
  });

  test.each([
    ['status', 'Blocked', 'What is it waiting for'],
    ['priority', 'Highest', 'Who takes it'],
  ])('%s changed to %s is asked about', (field, to, words) => {
    const event = { ...comment(''), type: 'issue_updated', changes: [{ field, from: 'x', to }] };

    expect(textOf({ event, issue: issueWith({ [field]: to }) })).toContain(words);
    expect(decisionOn({ event, issue: issueWith({ [field]: 'changed back' }) }).actions).toEqual([]);
  });

  test('a due date that passed is asked about', () => {
    const event = { ...comment(''), type: 'issue_overdue', dueDate: '2026-11-20' };

    expect(textOf({ event })).toContain('This was due on 2026-11-20 and is not done.');
  });

  test('an ordinary update is left alone with a plain reason', () => {
    const event = {
      ...comment(''),
      type: 'issue_updated',
      changes: [{ field: 'Rank', from: null, to: 'Ranked higher' }],
    };
    const decision = decisionOn({ event });

    expect(decision).toMatchObject({
      summary: 'Nothing to do: issue updated asks nothing of the agent.',
      actions: [],
      uncertainty: null,
    });
  });

  test.each([
    ['Tidy up', 'tidy', 1],
    ['PAY-142 Tidy up', 'tidy', 0],
    ['Tidy up', 'feature/pay-142-tidy', 0],
  ])('a pull request "%s" from %s gets %i comments that ask for the key', (title, sourceBranch, count) => {
    const parts = pullRequestComment('');
    const decision = decisionOn({
      ...parts,
      event: { ...parts.event, type: 'pr_created', comment: null, pullRequest: { id: 7, title } },
      pullRequest: { ...parts.pullRequest, title, sourceBranch },
      items: [],
    });

    expect(decision.actions).toHaveLength(count);
    expect(decision.actions.every((action) => action.kind === 'bitbucket.pr_comment')).toBe(true);
  });

  const build = {
    type: 'commit_status',
    source: 'bitbucket',
    repository: 'acme/pay-api',
    commit: 'abcdef0123456789',
    branch: 'main',
    state: 'FAILED',
    name: 'Pipeline #4',
  };

  test('a failed build of the main branch is told to the channel of the team', () => {
    const decision = decisionOn({ event: build, issue: null, thread: { channel: 'C0PAY', threadTs: null } });

    expect(decision.actions[0]).toMatchObject({
      kind: 'slack.message',
      payload: { channel: 'C0PAY', threadTs: null },
    });
    expect(decision.actions[0]?.payload.text).toContain(
      'Pipeline #4 failed on main of acme/pay-api at abcdef0',
    );
  });

  test('a failed build on a branch, or without a channel, is left alone', () => {
    const thread = { channel: 'C0PAY', threadTs: null };

    expect(decisionOn({ event: { ...build, branch: 'feature/x' }, issue: null, thread }).actions).toEqual([]);
    expect(decisionOn({ event: build, issue: null })).toMatchObject({
      actions: [],
      summary: expect.stringContaining('names no channel'),
    });
  });

  test('a failed build behind a newer event of the same burst is told as well', () => {
    const thread = { channel: 'C0PAY', threadTs: null };
    const push = { type: 'push', source: 'bitbucket', repository: 'acme/pay-api', changes: [] };

    expect(decisionOn({ event: push, alsoAnswers: [build], issue: null, thread }).actions).toHaveLength(1);
  });

  test('a failed build counts as one of the main branch where the repository calls it so', () => {
    const items = [{ id: 'status-1', kind: 'commit_status', data: { mainBranch: 'develop' } }];
    const thread = { channel: 'C0PAY', threadTs: null };

    const failed = (branch: string) =>
      decisionOn({ event: { ...build, branch }, issue: null, thread, items }).actions.length;

    expect([failed('develop'), failed('main')]).toEqual([1, 0]);
  });

  test('a sprint that starts is told to the channel that the agent part names', () => {
    const event = {
      type: 'sprint_started',
      source: 'jira',
      sprint: { id: 1, name: 'PAY Sprint 12', goal: 'Refunds' },
    };
    const items = [
      { id: 'sprint', kind: 'sprint', data: { endDate: '2026-12-04T16:00:00.000Z', issueCount: 9 } },
    ];

    const decision = decisionOn({ agent: { channel: 'C0PAY' }, event, issue: null, items });

    expect(decision.actions[0]?.payload).toEqual({
      channel: 'C0PAY',
      threadTs: null,
      text: 'PAY Sprint 12 has started with 9 issues. It ends on 2026-12-04. Goal: Refunds',
    });
    expect(decisionOn({ event, issue: null, items }).actions).toEqual([]);
  });
});

describe('a prompt that is not as expected', () => {
  test.each(['', 'no json', '[]', '{"event":5}', 7, null])('%j counts as no prompt', (content) => {
    expect(readPrompt(requestOf(content))).toBeNull();
  });

  test('with an event and nothing else leads to no action', () => {
    const prompt = readPrompt(requestOf([{ type: 'text', text: '{"event":{}}' }]));

    expect(prompt === null ? null : decide(prompt).actions).toEqual([]);
  });
});
