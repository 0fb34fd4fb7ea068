/** F48: what the agent wrote is its own, whoever an event names as the author, also before the ledger knows its id. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Action } from '../../../src/domain/action.js';
import type { PmEvent } from '../../../src/domain/event.js';
import { commentEvent, cycleInput, planned } from '../../support/builders.js';
import { bo, jiraIssue, pullRequest, transitions, vendorError } from '../support/vendor-data.js';
import { createWorld, type World, type WorldOptions } from '../support/world.js';
import { prComment, slackMessage } from './events.js';

let world: World;
afterEach(() => world.dispose());

const readable = {
  jira: { getIssue: () => jiraIssue(), getTransitions: () => transitions, assignableUsers: () => [bo] },
  bitbucket: {
    getPullRequest: () => pullRequest(),
    getComments: () => [],
    getDiffstat: () => [],
    getCommitStatuses: () => [],
  },
  slack: { getThread: () => [] },
} as const satisfies WorldOptions;

interface Case {
  readonly event: PmEvent;
  readonly action: Action;
  readonly id: string;
}

const CASES: Readonly<Record<string, Case>> = {
  'a Jira comment': {
    event: commentEvent(),
    action: { kind: 'jira.comment', payload: { issueKey: 'PAY-1', body: 'x' } },
    id: '20001',
  },
  'a comment on a pull request': {
    event: prComment(),
    action: {
      kind: 'bitbucket.pr_comment',
      payload: { repository: 'acme/pay-api', pullRequestId: 7, body: 'x' },
    },
    id: '501',
  },
  'a reply in a thread': {
    event: slackMessage(),
    action: {
      kind: 'slack.message',
      payload: { channel: 'C0PAY', threadTs: '1700000000.000100', text: 'x' },
    },
    id: '1700000000.000200',
  },
  'a message that opened a thread': {
    event: slackMessage({ ts: '1700000000.000100' }),
    action: { kind: 'slack.message', payload: { channel: 'C0PAY', threadTs: null, text: 'x' } },
    id: '1700000000.000100',
  },
  'an escalation to a person': {
    event: slackMessage({
      type: 'direct_message',
      channel: 'D0ANA',
      subject: 'slack:D0ANA/1700000000.000200',
      threadTs: '1700000000.000200',
    }),
    action: { kind: 'escalate', payload: { reason: 'x', text: 'x', level: 'info', to: 'UANA' } },
    id: '1700000000.000200',
  },
};

/** The world after the agent sent this action; `id` is what the ledger knows of it. */
async function sent(action: Action, id: string | null, options: WorldOptions = {}): Promise<string> {
  world = createWorld(options);
  const cycle = cycleInput({ cycleId: 'cycle-before' });
  const row = planned(cycle.cycleId, 1, action, { verdict: 'auto' });
  const { mirror } = world.deps;
  const { actionId } = row;
  const step = { name: 'plan', attempt: 1, startedAt: cycle.receivedAt, detail: {} } as const;
  await mirror.startCycle(cycle, 'run-1');
  await mirror.recordPlan({ cycleId: cycle.cycleId, step, actions: [row] });
  await mirror.markInFlight({ actionId, lastIntentAt: null, gate: { scopes: [], limit: null, quietOn: [] } });
  if (id !== null) {
    const result = { status: 'executed', remoteId: id, message: 'done' } as const;
    await mirror.recordResult({ cycleId: cycle.cycleId, actionId, result, step });
  }
  return actionId;
}

async function nothingToDo(event: PmEvent): Promise<string | null> {
  return (await world.call('gatherContext', cycleInput({ event }))).nothingToDo;
}

describe.each(Object.entries(CASES))('F48: %s told under another author', (_what, { event, action, id }) => {
  test('is own where the ledger has its id', async () => {
    await sent(action, id);

    expect(await nothingToDo(event)).toContain('the agent did this itself');
  });

  test('is somebody’s where the ledger knows another id', async () => {
    await sent(action, `${id}9`, readable);

    expect(await nothingToDo(event)).toBeNull();
  });
});

/** What the vendor finds under the action's marker. */
function finding(id: string | null): WorldOptions {
  return {
    jira: {
      ...readable.jira,
      actionsOfComments: () => new Map(id === null ? [] : [[id, 'cycle-before.a1']]),
    },
    bitbucket: { ...readable.bitbucket, findCommentByAction: () => id },
    slack: { ...readable.slack, findMessageByAction: () => id },
  };
}

describe.each(Object.entries(CASES).filter(([what]) => what !== 'an escalation to a person'))(
  'F48: %s told before its id is in the ledger',
  (_what, { event, action, id }) => {
    test('is own where the vendor finds the marker of the action under way on it', async () => {
      await sent(action, null, finding(id));

      expect(await nothingToDo(event)).toContain('the agent did this itself');
    });

    test.each([
      ['on another one (a person copied or quoted it)', `${id}9`],
      ['nowhere', null],
    ])('is somebody’s where it finds it %s', async (_where, found) => {
      await sent(action, null, finding(found));

      expect(await nothingToDo(event)).toBeNull();
    });
  },
);

describe('a comment of Jira', () => {
  test('with the marker of any installation is no person’s', async () => {
    const actionsOfComments = () => new Map([['20001', 'cycle-of-another.a1']]);
    world = createWorld({ jira: { ...readable.jira, actionsOfComments } });

    expect(await nothingToDo(commentEvent())).toContain('the agent did this itself');
  });

  test.each([403, 404])('whose marker cannot be looked at (%i) is somebody’s', async (status) => {
    const actionsOfComments = () => Promise.reject(vendorError('invalid', { status }));
    world = createWorld({ jira: { ...readable.jira, actionsOfComments } });

    expect(await nothingToDo(commentEvent())).toBeNull();
  });

  test('is decided on only when the vendor can tell', async () => {
    const actionsOfComments = () => Promise.reject(vendorError('unavailable', { retryable: true }));
    world = createWorld({ jira: { ...readable.jira, actionsOfComments } });

    await expect(nothingToDo(commentEvent())).rejects.toMatchObject({ nonRetryable: false });
  });
});

test('several comments of one cycle are looked at in one request', async () => {
  world = createWorld(readable);
  const earlier = ['19998', '19999'].map((id) => ({
    eventId: id,
    event: commentEvent({ comment: { id, text: 'And?' } }),
  }));

  await world.call('gatherContext', cycleInput({ alsoAnswers: earlier }));

  const asked = world.jira.received.filter(({ method }) => method === 'actionsOfComments');
  expect(asked.map(({ args }) => args)).toEqual([[['19998', '19999', '20001']]]);
});

test('an own comment behind which a person’s waits leaves that to be answered', async () => {
  await sent(CASES['a Jira comment']?.action as Action, '20001', readable);
  const alsoAnswers = [{ eventId: 'e0', event: commentEvent({ comment: { id: '19999', text: 'And?' } }) }];

  const result = await world.call('gatherContext', cycleInput({ alsoAnswers }));

  expect(result.nothingToDo).toBeNull();
});
