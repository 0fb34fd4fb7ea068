import { describe, expect, test } from '@jest/globals';
import { landsElsewhere } from '../../src/activities/same-issue.js';
import type { Action } from '../../src/domain/action.js';
import { comment, commentEvent, planned } from '../support/builders.js';

interface Case {
  readonly id?: string | null;
  readonly now?: string;
  /** Where keys lead to now; others lead to themselves. */
  readonly moved?: Readonly<Record<string, string>>;
  readonly projects?: readonly string[];
  readonly verdict?: 'auto' | 'ask';
  readonly target?: string;
  readonly action?: Action;
}

function check(options: Case = {}) {
  const { id = '10001', now = '10001', moved = {}, projects = [], action = comment } = options;
  const { verdict = 'ask', target = 'jira:PAY-1' } = options;
  const asked: string[] = [];
  const jira = {
    issueNow: async (key: string) => {
      asked.push(key);
      return { id: now, key: moved[key] ?? key };
    },
  };
  const event = commentEvent({ issue: { id, key: 'PAY-1', summary: null } });
  const one = planned('cycle-1', 1, action, { verdict, target });
  return { asked, result: landsElsewhere(jira, { event }, one, projects) };
}

const linked: Action = {
  kind: 'jira.link',
  payload: { issueKey: 'PAY-1', relation: 'blocks', toKey: 'WEB-7' },
};
const answer: Action = {
  kind: 'jira.comment',
  payload: { issueKey: 'PAY-1', body: 'It is on its way.', audience: 'public' },
};

describe.each(['auto', 'ask'] as const)('an action whose verdict was %s', (verdict) => {
  test('goes on where its key leads to the issue that it was about', async () => {
    const { asked, result } = check({ verdict });

    expect(await result).toBeNull();
    expect(asked).toEqual(['PAY-1']);
  });

  test('is given up where its key leads to another', async () => {
    expect(await check({ verdict, now: '10002' }).result).toEqual({
      settled: 'obsolete',
      message: 'PAY-1 is another issue now: the one that this was about (id 10001) is gone or was moved',
    });
  });

  test('is given up where its issue was moved out of the projects that are configured', async () => {
    const moved = { 'PAY-1': 'HR-4' };

    expect(await check({ verdict, moved, projects: ['PAY', 'WEB'] }).result).toEqual({
      settled: 'obsolete',
      message:
        'PAY-1 was moved to another project (HR-4), which pm-agent.yaml does not name under teams[].jira.projects',
    });
  });

  test.each([
    ['to another of them', ['PAY', 'WEB']],
    ['where none is configured', []],
  ])('follows its issue that was moved %s', async (_where, projects) => {
    expect(await check({ verdict, moved: { 'PAY-1': 'WEB-4' }, projects }).result).toBeNull();
  });
});

test('an issue that the event is not about is asked for its project all the same', async () => {
  const about = { target: 'jira:PAY-2', now: '10002', projects: ['PAY'] };

  expect(await check({ ...about, moved: { 'PAY-2': 'HR-9' } }).result).toMatchObject({ settled: 'obsolete' });
  expect(await check({ ...about, moved: { 'PAY-2': 'PAY-90' } }).result).toBeNull();
});

test('so is one whose event names no id', async () => {
  const { asked, result } = check({ id: null, now: '10002', moved: { 'PAY-1': 'HR-4' }, projects: ['PAY'] });

  expect(await result).toMatchObject({ settled: 'obsolete' });
  expect(asked).toEqual(['PAY-1']);
});

test('a link is given up where either of its issues was moved out of reach', async () => {
  const about = { action: linked, projects: ['PAY', 'WEB'] };

  expect(await check({ ...about, moved: { 'WEB-7': 'HR-4' } }).result).toMatchObject({
    settled: 'obsolete',
    message: expect.stringContaining('WEB-7 was moved to another project (HR-4)'),
  });
  expect(await check({ ...about, moved: { 'WEB-7': 'PAY-8' } }).result).toBeNull();
});

test('what customers read does not follow an issue to those of another project, though it is configured', async () => {
  const about = { action: answer, projects: ['PAY', 'WEB'] };

  expect(await check({ ...about, moved: { 'PAY-1': 'WEB-4' } }).result).toEqual({
    settled: 'obsolete',
    message: 'PAY-1 was moved to WEB (WEB-4): its customers are not those whom this was to answer',
  });
  expect(await check({ ...about, moved: { 'PAY-1': 'PAY-90' } }).result).toBeNull();
});

test('what is no issue is not looked at', async () => {
  const { asked, result } = check({ target: 'slack:C0PAY', now: '10002' });

  expect(await result).toBeNull();
  expect(asked).toEqual([]);
});
