import { describe, expect, test } from '@jest/globals';
import { anotherIssue } from '../../src/activities/same-issue.js';
import { comment, commentEvent, planned } from '../support/builders.js';

interface Case {
  readonly id?: string | null;
  readonly now?: string;
  readonly present?: string;
  readonly projects?: readonly string[];
  readonly verdict?: 'auto' | 'ask';
  readonly target?: string;
}

function check(options: Case = {}) {
  const { id = '10001', now = '10001', present = 'PAY-1', projects = [] } = options;
  const { verdict = 'ask', target = 'jira:PAY-1' } = options;
  const asked: string[] = [];
  const jira = {
    issueNow: async (key: string) => {
      asked.push(key);
      return { id: now, key: present };
    },
  };
  const event = commentEvent({ issue: { id, key: 'PAY-1', summary: null } });
  const action = planned('cycle-1', 1, comment, { verdict, target });
  return { asked, result: anotherIssue(jira, { event }, action, projects) };
}

describe('an action that a person approved', () => {
  test('goes on where its key leads to the issue that it was about', async () => {
    const { asked, result } = check();

    expect(await result).toBeNull();
    expect(asked).toEqual(['PAY-1']);
  });

  test('is given up where its key leads to another', async () => {
    expect(await check({ now: '10002' }).result).toEqual({
      settled: 'obsolete',
      message: 'PAY-1 is another issue now: the one that this was about (id 10001) is gone or was moved',
    });
  });

  test('is given up where its issue was moved out of the projects that are configured', async () => {
    expect(await check({ present: 'HR-4', projects: ['PAY', 'WEB'] }).result).toEqual({
      settled: 'obsolete',
      message:
        'PAY-1 was moved to another project (HR-4), which pm-agent.yaml does not name under teams[].jira.projects',
    });
  });

  test.each([
    ['to another of them', ['PAY', 'WEB']],
    ['where none is configured', []],
  ])('follows its issue that was moved %s', async (_where, projects) => {
    expect(await check({ present: 'WEB-4', projects }).result).toBeNull();
  });

  test.each([
    ['nobody was waited for', { verdict: 'auto' }],
    ['the event named no id', { id: null }],
    ['it is about another thing', { target: 'slack:C0PAY' }],
  ] as const)('is not looked at where %s', async (_what, options) => {
    const { asked, result } = check({ ...options, now: '10002' });

    expect(await result).toBeNull();
    expect(asked).toEqual([]);
  });
});
