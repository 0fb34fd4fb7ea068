import { describe, expect, test } from '@jest/globals';
import { anotherIssue } from '../../src/activities/same-issue.js';
import { comment, commentEvent, planned } from '../support/builders.js';

function check(
  options: { id?: string | null; now?: string; verdict?: 'auto' | 'ask'; target?: string } = {},
) {
  const { id = '10001', now = '10001', verdict = 'ask', target = 'jira:PAY-1' } = options;
  const asked: string[] = [];
  const jira = {
    issueId: async (key: string) => {
      asked.push(key);
      return now;
    },
  };
  const event = commentEvent({ issue: { id, key: 'PAY-1', summary: null } });
  const action = planned('cycle-1', 1, comment, { verdict, target });
  return { asked, result: anotherIssue(jira, { event }, action) };
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
