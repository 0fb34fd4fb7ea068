/** How many refusals of one person stand in the audit log one by one, and which of them always do. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { REFUSALS_LISTED_AN_HOUR } from '../../src/inbox/people/refusals.js';
import { refusalsIn } from './support/approval-clicks.js';
import { ask } from './support/sending.js';
import { type StoredCycle, storeCycle } from './support/stored-cycle.js';
import { startTestApi, type TestApi } from './support/test-api.js';

let api: TestApi;
let stored: StoredCycle;
beforeEach(async () => {
  api = await startTestApi();
  stored = await storeCycle(api);
});
afterEach(() => api.close());

function decide(hash: string) {
  return ask(`${api.url}/api/approvals/${stored.approvalId}/decision`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ decision: 'approve', hash }),
  });
}

/** One by one; the row that says that there are more is none of them. */
const refusals = () => refusalsIn(api).filter(({ code }) => code !== undefined);
const REFUSED = {
  kind: 'refused',
  status: 409,
  code: 'already_decided',
  message: 'too late',
  state: null,
} as const;

/** One after the other, so many that the next is only counted. */
async function beyondTheCap(): Promise<void> {
  for (let n = 0; n <= REFUSALS_LISTED_AN_HOUR; n += 1) {
    expect(await decide('0'.repeat(64))).toMatchObject({ status: 409 });
  }
  expect(refusals()).toHaveLength(REFUSALS_LISTED_AN_HOUR);
}

describe('a decision that was answered 202 and refused by its workflow', () => {
  async function recorded() {
    api.answers.push({ kind: 'unreachable', cause: 'no worker' });
    expect(await decide(stored.asked.hash)).toMatchObject({ status: 202 });
    const [waiting] = api.inbox.pendingDecisions(1);
    return waiting!;
  }

  test('is listed also beyond the cap: its maker is told by that row', async () => {
    await beyondTheCap();
    const waiting = await recorded();
    api.answers.push(REFUSED);

    expect(await api.decisions.apply(waiting)).toBe('refused');

    expect(refusals().at(-1)).toMatchObject({ code: 'already_decided', wasRecorded: true });
    expect(refusals()).toHaveLength(REFUSALS_LISTED_AN_HOUR + 1);
  });

  test('waits on where no worker answers, and nothing is told of it', async () => {
    const waiting = await recorded();
    api.answers.push({ kind: 'unreachable', cause: 'deadline' });

    expect(await api.decisions.apply(waiting)).toBe('later');

    expect(refusals()).toEqual([]);
    expect(api.inbox.pendingDecisions(1)).toHaveLength(1);
  });
});

test('one that its workflow refuses at once is counted beyond the cap: its maker heard it in the answer', async () => {
  await beyondTheCap();
  api.answers.push(REFUSED);

  expect(await decide(stored.asked.hash)).toMatchObject({
    status: 409,
    body: { error: { message: 'too late' } },
  });

  expect(refusals()).toHaveLength(REFUSALS_LISTED_AN_HOUR);
  expect(api.inbox.pendingDecisions(1)).toEqual([]);
});
