import { afterEach, describe, expect, test } from '@jest/globals';
import { CancelledFailure } from '@temporalio/activity';
import { ActivityCancellationDetails } from '@temporalio/common';
import { createExecuteAction } from '../../src/activities/execute-action.js';
import { guarded } from '../../src/activities/failure.js';
import type { ActivityDeps } from '../../src/activities/index.js';
import { REFUSED_TRIES } from '../../src/activities/patience.js';
import type { Action } from '../../src/domain/action.js';
import type { ActionResult, CycleInput, PlannedAction } from '../../src/domain/cycle.js';
import { MAX_WRITE_ATTEMPTS } from '../../src/domain/effect.js';
import type { TransitionField } from '../../src/integrations/jira/jira.js';
import type { ActivityEnvironment } from '../support/activity-environment.js';
import { cycleInput, planned } from '../support/builders.js';
import { askedAbout } from './support/asked-about.js';
import { intoLedger } from './support/into-ledger.js';
import { bo, jiraIssue, transitions, vendorError } from './support/vendor-data.js';
import { createWorld, environment, type World, type WorldOptions } from './support/world.js';

let world: World;
let cycle: CycleInput;
let action: PlannedAction;
afterEach(() => world.dispose());

const comment: Action = { kind: 'jira.comment', payload: { issueKey: 'PAY-1', body: 'In progress.' } };
const move: Action = { kind: 'jira.transition', payload: { issueKey: 'PAY-1', toStatus: 'Done' } };
const assign: Action = { kind: 'jira.assign', payload: { issueKey: 'PAY-1', accountId: null } };
const message: Action = {
  kind: 'slack.message',
  payload: { channel: 'C0PAY', threadTs: '1700000000.000100', text: 'In progress.' },
};
const review: Action = {
  kind: 'bitbucket.pr_comment',
  payload: { repository: 'acme/pay-api', pullRequestId: 7, body: 'Nice.' },
};

async function propose(
  proposed: Action,
  options: WorldOptions = {},
  overrides: Partial<PlannedAction> = {},
): Promise<void> {
  world = createWorld(options);
  cycle = cycleInput();
  action = planned(cycle.cycleId, 1, proposed, { verdict: 'auto', ...overrides });
  await intoLedger(world, cycle, action);
}

/** The waits between looks are a millisecond here. */
function execute(
  attempt = 1,
  overrides: Partial<ActivityDeps> = {},
  env: ActivityEnvironment = environment(attempt),
): Promise<ActionResult> {
  const activity = guarded(createExecuteAction({ ...world.deps, ...overrides }, [1, 1, 1]));
  return env.run(activity, { cycle, planned: action });
}

/** The worker's clock so many seconds after the mirror's. */
function later(seconds: number): Partial<ActivityDeps> {
  return { clock: () => new Date(Date.parse('2026-11-23T10:00:00Z') + seconds * 1_000) };
}

function recorded() {
  const row = world.reader.getAction(action.actionId);
  return {
    status: row?.status,
    result: JSON.parse(row?.result ?? 'null') as unknown,
    remote: row?.remote_id,
  };
}

/** A vendor that keeps what was made under the action's id, as the real ones do. */
function keeping(made: Map<string, string>) {
  const find = (id: string) => made.get(id) ?? null;
  const make = (id: string) => {
    expect(made.has(id)).toBe(false);
    made.set(id, `remote-${made.size + 1}`);
    return find(id) ?? '';
  };
  return { find, make };
}

function commentsOf(made: Map<string, string>, onMade: () => void = () => undefined): WorldOptions {
  const { find, make } = keeping(made);
  return {
    jira: {
      findCommentByAction: (_key, id) => find(id),
      addComment: ({ actionId }) => {
        const id = make(actionId);
        onMade();
        return id;
      },
    },
  };
}

function demanded(id: string, name: string, values?: readonly string[]): TransitionField {
  return {
    id,
    name,
    isDemanded: true,
    allowed: values?.map((value, n) => ({ id: `${n}`, name: value })) ?? null,
  };
}

/** Lets everything go. */
const gate = { scopes: [], limit: null, quietOn: [] };

const WRITES = ['addComment', 'transition', 'assign', 'postMessage'];
function writes(): readonly string[] {
  return [world.jira, world.bitbucket, world.slack]
    .flatMap((vendor) => vendor.calls())
    .filter((method) => WRITES.includes(method));
}

/** One world for each kind, whose vendor has state. */
function stateful(kind: Action): WorldOptions {
  const { find, make } = keeping(new Map());
  let issue = jiraIssue();
  return {
    jira: {
      ...commentsOf(new Map()).jira,
      getIssue: () => issue,
      getTransitions: () => transitions,
      transition: () => {
        issue = { ...issue, status: 'Done' };
      },
      assign: () => {
        issue = { ...issue, assignee: null };
      },
    },
    slack: {
      findMessageByAction: (_channel, _thread, id) => find(id),
      postMessage: ({ actionId }) => make(actionId),
    },
    bitbucket: {
      findCommentByAction: (_repository, _id, actionId) => find(actionId),
      addComment: ({ actionId }) => make(actionId),
    },
    deps: { agent: { name: kind.kind, language: 'en' } },
  };
}

describe.each([comment, move, assign, message, review])('$kind', (kind) => {
  test('is sent once, with its intent recorded before and its result after', async () => {
    await propose(kind, stateful(kind));

    const result = await execute();

    expect(result.status).toBe('executed');
    expect(writes()).toHaveLength(1);
    expect(recorded()).toMatchObject({ status: 'executed', result });
    expect(world.auditKinds(cycle.cycleId).slice(-2)).toEqual(['effect.intended', 'effect.executed']);
  });

  test('carried out twice is done once', async () => {
    await propose(kind, stateful(kind));

    const first = await execute();
    const second = await execute(2);

    expect(second).toMatchObject({ status: 'executed', remoteId: first.remoteId });
    expect(writes()).toHaveLength(1);
  });

  test('leaves one effect where the process dies between the effect and its record', async () => {
    await propose(kind, stateful(kind));
    const dying = { ...world.deps.mirror, recordResult: () => Promise.reject(new Error('killed')) };

    await expect(execute(1, { mirror: dying })).rejects.toThrow('killed');
    const result = await execute(2);

    expect(result.status).toBe('executed');
    expect(writes()).toHaveLength(1);
    expect(recorded().status).toBe('executed');
  });

  test('sends nothing in simulation and keeps exactly what would have been sent', async () => {
    await propose(kind, stateful(kind));

    const result = await execute(1, { acts: { jira: false, bitbucket: false, slack: false } });

    expect(result).toMatchObject({ status: 'simulated', remoteId: null });
    expect(writes()).toEqual([]);
    const request = JSON.parse(world.reader.getAction(action.actionId)?.request ?? 'null') as unknown;
    expect(request).toMatchObject({ method: 'POST', service: kind.kind.split('.')[0] });
  });
});

describe('a result that is recorded already', () => {
  test('is returned without a word to the vendor', async () => {
    const made = new Map<string, string>();
    await propose(comment, commentsOf(made));
    const first = await execute();
    const calls = world.jira.calls().length;

    await expect(execute(2)).resolves.toEqual(first);
    expect(world.jira.calls()).toHaveLength(calls);
  });
});

describe('an answer that was lost', () => {
  const lost = vendorError('network', { retryable: false, outcomeUnknown: true });

  test('after the effect was made ends in one effect', async () => {
    const made = new Map<string, string>();
    let first = true;
    const onMade = () => {
      if (first) {
        first = false;
        throw lost;
      }
    };
    await propose(comment, commentsOf(made, onMade));

    await expect(execute()).rejects.toMatchObject({ nonRetryable: false });
    const result = await execute(2);

    expect(result).toMatchObject({ status: 'executed', remoteId: 'remote-1' });
    expect(writes()).toHaveLength(1);
  });

  test('before the effect was made is made up for', async () => {
    await propose(comment, { jira: { findCommentByAction: () => null, addComment: [lost, '20009'] } });

    await expect(execute()).rejects.toThrow();
    const result = await execute(2, later(46));

    expect(result).toMatchObject({ status: 'executed', remoteId: '20009' });
  });

  test('is looked for again where the vendor shows the effect late', async () => {
    await propose(comment, { jira: { findCommentByAction: [null, null, '20009'] } });

    const result = await execute(2);

    expect(result).toMatchObject({ status: 'executed', remoteId: '20009' });
    expect(writes()).toEqual([]);
  });

  test('of an attempt that the mirror knows of is looked for also in a first attempt', async () => {
    await propose(comment, { jira: { findCommentByAction: ['20009'] } });
    const request = { service: 'jira', method: 'POST', path: '/', body: {} } as const;
    await world.deps.mirror.recordIntent({
      cycleId: cycle.cycleId,
      actionId: action.actionId,
      hash: action.hash,
      request,
      attempt: 1,
    });

    await expect(execute()).resolves.toMatchObject({ status: 'executed', remoteId: '20009' });
  });
});

describe('a request that may still be in work at the vendor', () => {
  const lost = vendorError('timeout', { retryable: true, outcomeUnknown: true });

  test('and is applied late ends in one effect: it is waited for, and nothing is sent again', async () => {
    let applied: string | null = null;
    await propose(comment, { jira: { findCommentByAction: () => applied, addComment: [lost, '20010'] } });

    await expect(execute()).rejects.toThrow('Jira says timeout');
    await expect(execute(2, later(20))).rejects.toMatchObject({
      type: 'Activity.MayBeInWork',
      nonRetryable: false,
      category: 'BENIGN',
    });
    applied = '20009';
    const result = await execute(3, later(46));

    expect(result).toMatchObject({ status: 'executed', remoteId: '20009' });
    expect(writes()).toEqual(['addComment']);
  });

  test('is waited for without holding a slot: the next attempt begins when it is settled', async () => {
    await propose(comment, { jira: { findCommentByAction: () => null, addComment: [lost] } });
    await expect(execute()).rejects.toThrow();
    const looks = () => world.jira.calls().filter((method) => method === 'findCommentByAction').length;

    const waiting = execute(2, later(20));

    await expect(waiting).rejects.toMatchObject({ nextRetryDelay: expect.any(Number) });
    const delay = await waiting.catch((error: { nextRetryDelay: number }) => error.nextRetryDelay);
    expect(delay).toBeGreaterThan(24_900);
    expect(delay).toBeLessThanOrEqual(25_100);
    expect(looks()).toBe(1);
  });

  test('is waited for no longer than the whole time where the clock was set back', async () => {
    await propose(comment, { jira: { findCommentByAction: () => null, addComment: [lost] } });
    await expect(execute()).rejects.toThrow();

    await expect(execute(2, later(-3_600))).rejects.toMatchObject({ nextRetryDelay: 45_000 });
  });

  test('because its worker was killed is waited for as well', async () => {
    const killed = new Error('killed');
    await propose(comment, { jira: { findCommentByAction: () => null, addComment: [killed, '20009'] } });
    await expect(execute()).rejects.toThrow('killed');

    await expect(execute(2, later(3))).rejects.toMatchObject({ type: 'Activity.MayBeInWork' });
    await expect(execute(3, later(46))).resolves.toMatchObject({ remoteId: '20009' });
  });

  test('is not denied where a newer event took over meanwhile', async () => {
    const laneHolder = async () => ({ holder: 'cycle-jira-newer', fence: 2 });
    await propose(comment, { jira: { findCommentByAction: () => null, addComment: [lost] } });
    await expect(execute()).rejects.toThrow();

    await expect(execute(2, { ...later(3), laneHolder })).rejects.toMatchObject({
      type: 'Activity.MayBeInWork',
    });
  });

  test('of another attempt that overtook this one stops it from sending', async () => {
    const link: Action = {
      kind: 'jira.link',
      payload: { issueKey: 'PAY-1', relation: 'blocks', toKey: 'PAY-3' },
    };
    await propose(link, {
      jira: {
        getIssue: async () => {
          await world.deps.mirror.markInFlight({ actionId: action.actionId, lastIntentAt: null, gate });
          return jiraIssue();
        },
      },
      jiraEdits: { linkTypes: () => [{ name: 'Blocks', inward: 'is blocked by', outward: 'blocks' }] },
    });

    await expect(execute()).rejects.toThrow('another attempt of this action sent meanwhile');
    expect(world.jiraEdits.calls()).toEqual(['linkTypes']);
  });

  test('and cannot be waited for any longer is unknown, not failed', async () => {
    await propose(comment, { jira: { findCommentByAction: () => null, addComment: [lost] } });
    await expect(execute()).rejects.toThrow();

    await expect(execute(MAX_WRITE_ATTEMPTS, later(3))).resolves.toMatchObject({ status: 'unknown' });
  });

  test.each([
    ['refused connection', vendorError('network', { retryable: true })],
    ['rate limit', vendorError('rate_limit', { status: 429, retryable: true })],
  ])('is none after a %s: the next attempt sends at once', async (_what, refused) => {
    await propose(comment, { jira: { findCommentByAction: () => null, addComment: [refused, '20009'] } });
    await expect(execute()).rejects.toThrow();

    await expect(execute(2)).resolves.toMatchObject({ status: 'executed', remoteId: '20009' });
  });

  test.each([
    ['is given up where the attempt no longer counts', { timedOut: true }, true],
    ['is waited for where a person cancels', { cancelRequested: true }, false],
  ])('%s', async (_what, why, givenUp) => {
    const env = environment();
    const aborted: (boolean | undefined)[] = [];
    await propose(comment, {
      jira: {
        addComment: (_write, signal) => {
          env.cancel('CANCELLED', new ActivityCancellationDetails(why));
          aborted.push(signal?.aborted);
          throw lost;
        },
      },
    });

    await expect(execute(1, {}, env)).rejects.toBeInstanceOf(CancelledFailure);
    expect(aborted).toEqual([givenUp]);
  });
});

describe('a cycle that was run again and decided differently', () => {
  test('leaves the action of the first decision alone', async () => {
    await propose(comment, commentsOf(new Map()));
    await execute();
    const other: Action = { kind: 'jira.comment', payload: { issueKey: 'PAY-1', body: 'Nearly done.' } };
    action = planned(cycle.cycleId, 1, other, { verdict: 'auto' });

    const result = await execute();

    expect(result.status).toBe('obsolete');
    expect(result.message).toContain('decided differently before');
    expect(writes()).toHaveLength(1);
    expect(recorded().status).toBe('executed');
  });

  test.each([
    ['where a newer event took over', 1, { laneHolder: async () => ({ holder: 'cycle-newer', fence: 9 }) }],
    ['where its tries are used up', MAX_WRITE_ATTEMPTS + 2, {}],
  ])('does not end the action of the first decision %s', async (_name, attempt, overrides) => {
    await propose(comment, commentsOf(new Map()));
    const other: Action = { kind: 'jira.comment', payload: { issueKey: 'PAY-1', body: 'Nearly done.' } };
    action = planned(cycle.cycleId, 1, other, { verdict: 'auto' });

    const result = await execute(attempt, overrides);

    expect(result.message).toContain('decided differently before');
    expect(writes()).toHaveLength(0);
    expect(recorded()).toMatchObject({ status: 'proposed', result: null });
    expect(world.auditKinds(cycle.cycleId).at(-1)).toBe('effect.obsolete');
  });
});

describe('what nobody let go', () => {
  const asked = (status: 'approved' | 'rejected' | 'expired' | null) =>
    askedAbout(world, cycle.cycleId, action, status);

  test.each(['rejected', 'expired', null] as const)(
    'is not sent where the records say %s',
    async (status) => {
      await propose(comment, commentsOf(new Map()), { verdict: 'ask' });
      await asked(status);

      const result = await execute();

      expect(result).toMatchObject({
        status: 'denied',
        message: `nothing was sent: it is ${status ?? 'awaiting approval'} in the records, and nobody approved it`,
      });
      expect(writes()).toEqual([]);
      expect(recorded().status).toBe(status ?? 'awaiting_approval');
    },
  );

  test('is sent once somebody approved it', async () => {
    await propose(comment, commentsOf(new Map()), { verdict: 'ask' });
    await asked('approved');

    expect(await execute()).toMatchObject({ status: 'executed' });
  });

  test('is not sent under the hash of something else', async () => {
    await propose(comment, commentsOf(new Map()));
    action = { ...action, action: { ...comment, payload: { issueKey: 'PAY-1', body: 'Closed.' } } };

    const result = await execute();

    expect(result).toMatchObject({
      status: 'denied',
      message:
        'nothing was sent: its bytes are not those that its hash covers; whatever was approved was something else',
    });
    expect(writes()).toEqual([]);
  });
});

describe('F26: a person who changed the issue since the decision', () => {
  const change = { id: '9', at: '2026-11-23T09:59:00.000Z', author: 'Ana Lindqvist', from: null, to: null };

  test('by moving it is not overwritten', async () => {
    const issue = jiraIssue({ status: 'Blocked', changes: [{ ...change, field: 'status' }] });
    const jira = { getIssue: () => issue, getTransitions: () => transitions };
    await propose(move, { jira }, { seen: { status: 'In Progress' } });

    const result = await execute();

    expect(result).toMatchObject({
      status: 'obsolete',
      message:
        'PAY-1 changed since this was decided: the status is "Blocked", and was "In Progress" (changed by Ana Lindqvist at 2026-11-23T09:59:00.000Z)',
    });
    expect(writes()).toEqual([]);
  });

  test('by assigning it is not overwritten', async () => {
    await propose(assign, { jira: { getIssue: () => jiraIssue() } }, { seen: { assignee: '712020:ana' } });

    const result = await execute();

    expect(result).toMatchObject({ status: 'obsolete' });
    expect(result.message).toContain('the assignee is "Bo Chen", and was "712020:ana"');
    expect(writes()).toEqual([]);
  });

  test('in something else does not stop what was decided', async () => {
    const getIssue = () => jiraIssue({ assignee: null });
    const jira = { getIssue, getTransitions: () => transitions, transition: () => undefined };
    await propose(move, { jira }, { seen: { status: 'In Progress' } });

    await expect(execute()).resolves.toMatchObject({ status: 'executed' });
    expect(writes()).toEqual(['transition']);
  });
});

test('F25: an approved comment does not go to another issue that has the key by now', async () => {
  await propose(comment, { jira: { issueNow: () => ({ id: '99999', key: 'PAY-1' }) } }, { verdict: 'ask' });

  await expect(execute()).resolves.toMatchObject({
    status: 'obsolete',
    message: expect.stringContaining('PAY-1 is another issue now'),
  });
  expect(writes()).toEqual([]);
});

describe('a target that changed meanwhile', () => {
  test('where it is gone makes the action obsolete', async () => {
    await propose(comment, { jira: { addComment: [vendorError('not_found', { status: 404 })] } });

    const result = await execute();

    expect(result).toMatchObject({ status: 'obsolete', message: 'jira:PAY-1 is gone: Jira says not_found' });
    expect(recorded().status).toBe('obsolete');
  });

  test('in a way that the vendor refuses as a conflict makes the action obsolete', async () => {
    await propose(move, {
      jira: {
        getIssue: () => jiraIssue(),
        getTransitions: () => transitions,
        transition: [vendorError('conflict', { status: 409 })],
      },
    });

    await expect(execute()).resolves.toMatchObject({ status: 'obsolete' });
  });

  test('to the status that was wanted needs no move', async () => {
    const getIssue = () => jiraIssue({ status: 'Done' });
    await propose(move, { jira: { getIssue, getTransitions: () => transitions } });

    const result = await execute();

    expect(result).toMatchObject({ status: 'executed', message: 'PAY-1 already stands in Done' });
    expect(writes()).toEqual([]);
  });

  test('to a status that no longer leads there makes the move obsolete', async () => {
    const getIssue = () => jiraIssue({ status: 'Blocked' });
    await propose(move, { jira: { getIssue, getTransitions: () => [] } });

    const result = await execute();

    expect(result.status).toBe('obsolete');
    expect(result.message).toContain('stands in Blocked now');
  });

  test('into a status that demands fields ends with their names', async () => {
    const demanding = [
      {
        id: '51',
        name: 'Close',
        toStatus: 'Done',
        toCategory: 'done',
        fields: [demanded('resolution', 'Resolution', ['Fixed', 'Duplicate']), demanded('cf_1', 'Cause')],
      },
    ];
    await propose(move, { jira: { getIssue: () => jiraIssue(), getTransitions: () => demanding } });

    const result = await execute();

    expect(result.status).toBe('failed');
    expect(result.message).toBe(
      'PAY-1 cannot be moved to Done so: the transition "Close" demands Resolution (one of: Fixed, Duplicate), and demands Cause. Propose the move with that, or move it by hand',
    );
    expect(writes()).toEqual([]);
  });

  test('goes by the transition that demands nothing, where there are several', async () => {
    const several = [
      { id: '51', name: 'Close', toStatus: 'Done', fields: [demanded('resolution', 'Resolution')] },
      { id: '41', name: 'Finish', toStatus: 'Done', fields: [] },
    ];
    const jira = { getIssue: () => jiraIssue(), getTransitions: () => several, transition: () => undefined };
    await propose(move, { jira });

    await expect(execute()).resolves.toMatchObject({ status: 'executed' });
    expect(world.jira.received.at(-1)?.args.slice(0, 2)).toEqual(['PAY-1', '41']);
    expect(writes()).toEqual(['transition']);
  });

  test('to the assignee that was wanted needs no assignment', async () => {
    await propose(
      { kind: 'jira.assign', payload: { issueKey: 'PAY-1', accountId: bo.accountId } },
      {
        jira: { getIssue: () => jiraIssue() },
      },
    );

    await expect(execute()).resolves.toMatchObject({ status: 'executed' });
    expect(writes()).toEqual([]);
  });
});

describe('the lane of the subject', () => {
  const newer = { holder: 'cycle-jira-newer', fence: 2 };

  test('held by a newer event makes the action obsolete before anything is sent', async () => {
    await propose(comment);

    const result = await execute(1, { laneHolder: async () => newer });

    expect(result).toMatchObject({
      status: 'obsolete',
      message: 'a newer event took over (cycle-jira-newer)',
    });
    expect(world.jira.calls()).toEqual([]);
    expect(recorded().status).toBe('obsolete');
  });

  test('does not keep from people that nobody decided on a request', async () => {
    await propose(message, stateful(message));
    action = { ...action, origin: 'expired' };

    await expect(execute(1, { laneHolder: async () => newer })).resolves.toMatchObject({
      status: 'executed',
    });
  });

  test('taken over after the effect was made does not deny the effect', async () => {
    await propose(comment, { jira: { findCommentByAction: ['20009'] } });

    await expect(execute(2, { laneHolder: async () => newer })).resolves.toMatchObject({ remoteId: '20009' });
  });

  test('taken over before a repetition stops it', async () => {
    await propose(comment, { jira: { findCommentByAction: () => null } });

    await expect(execute(2, { laneHolder: async () => newer })).resolves.toMatchObject({
      status: 'obsolete',
    });
    expect(writes()).toEqual([]);
  });

  test.each([
    ['held by this cycle under a newer fence', async () => ({ holder: cycle.cycleId, fence: 9 })],
    ['held by an older event', async () => ({ holder: 'cycle-jira-older', fence: 0 })],
    ['that is free', async () => ({ holder: null, fence: 9 })],
    ['that does not exist', async () => null],
    ['that cannot be read', () => Promise.reject(new Error('no such file'))],
  ])('%s does not block', async (_what, laneHolder) => {
    await propose(comment, commentsOf(new Map()));

    await expect(execute(1, { laneHolder })).resolves.toMatchObject({ status: 'executed' });
  });
});

describe('a vendor that refuses', () => {
  test('for good ends the action as failed, as the vendor puts it', async () => {
    await propose(comment, { jira: { addComment: [vendorError('invalid', { status: 400 })] } });

    await expect(execute()).resolves.toMatchObject({
      status: 'failed',
      message: 'Comment on PAY-1: Jira says invalid',
    });
  });

  test('us, and not what we ask, is tried a few times more: it may refuse everything', async () => {
    const refused = () => Promise.reject(vendorError('forbidden', { status: 403 }));
    await propose(comment, { jira: { findCommentByAction: () => null, addComment: refused } });

    const early = await world
      .call('executeAction', { cycle, planned: action }, { attempt: REFUSED_TRIES - 1 })
      .catch((error: unknown) => error);
    const result = await execute(REFUSED_TRIES);

    expect(early).toMatchObject({ type: 'Integration.jira.forbidden', nonRetryable: false });

    expect(result).toMatchObject({ status: 'failed', remoteId: null });
    expect(result.message).toBe('Comment on PAY-1: Jira says forbidden');
    expect(recorded().status).toBe('failed');
  });

  test('for now is tried again as the vendor says', async () => {
    const busy = vendorError('rate_limit', { status: 429, retryable: true, retryAfterMs: 2_000 });
    await propose(comment, { jira: { addComment: [busy] } });

    await expect(execute()).rejects.toMatchObject({ nextRetryDelay: 2_000, nonRetryable: false });
    expect(recorded().status).toBe('executing');
  });
});

describe('the last attempt never throws', () => {
  const down = vendorError('unavailable', { status: 503, retryable: true });
  const lost = vendorError('timeout', { retryable: true, outcomeUnknown: true });
  const last = MAX_WRITE_ATTEMPTS;

  test('a refusal of the vendor, with nothing to be found, is a failure', async () => {
    await propose(comment, { jira: { findCommentByAction: () => null, addComment: [down] } });

    await expect(execute(last)).resolves.toMatchObject({ status: 'failed' });
    expect(recorded().status).toBe('failed');
  });

  test('but for a limit: that is no try, and another attempt follows', async () => {
    const busy = vendorError('rate_limit', { status: 429, retryable: true, retryAfterMs: 2_000 });
    await propose(comment, { jira: { findCommentByAction: () => null, addComment: [busy, '20009'] } });

    await expect(execute(last)).rejects.toMatchObject({ nextRetryDelay: 2_000, nonRetryable: false });
    await world.deps.mirror.recordWait(action.actionId);
    await expect(execute(last + 1)).resolves.toMatchObject({ status: 'executed', remoteId: '20009' });
  });

  test('an answer that was lost, with nothing to be found, is unknown and says where to look', async () => {
    await propose(comment, { jira: { findCommentByAction: () => null, addComment: [lost] } });

    const result = await execute(last);

    expect(result.status).toBe('unknown');
    expect(result.message).toContain('look at jira:PAY-1 before repeating it');
  });

  test('an answer that was lost is looked for once more', async () => {
    const made = new Map<string, string>();
    await propose(
      comment,
      commentsOf(made, () => {
        throw lost;
      }),
    );

    await expect(execute(last)).resolves.toMatchObject({ status: 'executed', remoteId: 'remote-1' });
  });

  test('a vendor that cannot even be read leaves what was sent unknown', async () => {
    const addComment = () => Promise.reject(lost);
    await propose(comment, { jira: { findCommentByAction: () => Promise.reject(down), addComment } });
    await expect(execute()).rejects.toThrow();

    await expect(execute(last, later(60))).resolves.toMatchObject({ status: 'unknown' });
  });

  test('a vendor that cannot even be read is a failure where nothing ever left', async () => {
    await propose(comment, { jira: { findCommentByAction: () => Promise.reject(down) } });

    await expect(execute(last)).resolves.toMatchObject({ status: 'failed' });
  });

  test('a vendor that cannot be read for what the request needs is a failure: nothing ever left', async () => {
    const getIssue = () => Promise.reject(down);
    await propose(move, { jira: { getIssue, getTransitions: () => transitions } });

    await expect(execute(last)).resolves.toMatchObject({ status: 'failed' });
  });

  test('a mirror that cannot be written does not hide what was done', async () => {
    await propose(comment, commentsOf(new Map()));
    const full = { ...world.deps.mirror, recordResult: () => Promise.reject(new Error('disk full')) };

    await expect(execute(last, { mirror: full })).resolves.toMatchObject({ status: 'executed' });
  });
});

describe('attempts do not overlap', () => {
  test('one that was cancelled while it looked sends nothing', async () => {
    const env = environment(2);
    await propose(comment, {
      jira: {
        findCommentByAction: () => {
          env.cancel('NOT_FOUND');
          return null;
        },
      },
    });

    await expect(execute(2, {}, env)).rejects.toBeInstanceOf(CancelledFailure);
    expect(writes()).toEqual([]);
  });

  test('one that was cancelled during its last read sends nothing', async () => {
    const env = environment();
    await propose(assign, {
      jira: {
        getIssue: () => {
          env.cancel('NOT_FOUND');
          return jiraIssue();
        },
        assign: () => undefined,
      },
    });

    await expect(execute(1, {}, env)).rejects.toBeInstanceOf(CancelledFailure);
    expect(writes()).toEqual([]);
  });

  test('one that spent its time looking leaves the sending to the next', async () => {
    let now = Date.parse('2026-11-23T10:00:00Z');
    await propose(comment, {
      jira: {
        findCommentByAction: () => {
          now += 26_000;
          return null;
        },
      },
    });

    await expect(execute(2, { clock: () => new Date(now) })).rejects.toThrow(
      'takes too long for anything to be sent',
    );
    expect(writes()).toEqual([]);
  });

  test('one that stood still after the ledger was told sends nothing, and nothing has to settle', async () => {
    let now = Date.parse('2026-11-23T10:00:00Z');
    await propose(comment, commentsOf(new Map()));
    const { mirror } = world.deps;
    const sleeping = {
      ...mirror,
      markInFlight: async (input: Parameters<typeof mirror.markInFlight>[0]) => {
        const admission = await mirror.markInFlight(input);
        now += 6_000;
        return admission;
      },
    };
    const clock = () => new Date(now);

    await expect(execute(1, { clock, mirror: sleeping })).rejects.toMatchObject({
      message: expect.stringContaining('kept from leaving for too long, and nothing was sent to jira'),
      nonRetryable: false,
    });

    expect(writes()).toEqual([]);
    expect(world.reader.getAction(action.actionId)).toMatchObject({
      status: 'executing',
      last_intent_at: null,
    });
    await expect(execute(2, { clock })).resolves.toMatchObject({ status: 'executed' });
  });

  test('a running one beats, so that a dead worker is noticed', async () => {
    const env = environment();
    let beats = 0;
    env.on('heartbeat', () => (beats += 1));
    await propose(comment, commentsOf(new Map()));

    await execute(1, {}, env);

    expect(beats).toBeGreaterThan(0);
  });
});

describe('while the agent is paused', () => {
  const PAUSE = { since: '2026-11-23T09:59:00.000Z', by: 'ana', byName: 'Ana', reason: 'wrong project' };

  test('nothing is asked, recorded or sent, and the attempt is only a wait', async () => {
    const made = new Map<string, string>();
    await propose(comment, commentsOf(made));
    const before = recorded();

    await expect(execute(3, { pause: () => PAUSE })).rejects.toMatchObject({
      type: 'Integration.jira.paused',
      message: expect.stringContaining('paused by Ana at 2026-11-23T09:59:00.000Z (wrong project)'),
      nextRetryDelay: 15_000,
    });

    expect(recorded()).toEqual(before);
    expect(made.size).toBe(0);
    await expect(execute(4)).resolves.toMatchObject({ status: 'executed' });
    expect(made.size).toBe(1);
  });

  test('it counts at the last moment too, after what may have been sent was looked for', async () => {
    const made = new Map<string, string>();
    await propose(comment, commentsOf(made));
    const asked: (typeof PAUSE | null)[] = [null, PAUSE];

    await expect(execute(1, { pause: () => asked.shift() ?? null })).rejects.toMatchObject({
      type: 'Integration.jira.paused',
    });

    expect(asked).toEqual([]);
    expect(made.size).toBe(0);
  });

  test('where nobody can tell whether it is, nothing leaves', async () => {
    const made = new Map<string, string>();
    await propose(comment, commentsOf(made));
    const pause = () => {
      throw new Error('database is locked');
    };

    await expect(execute(1, { pause })).rejects.toThrow('database is locked');

    expect(made.size).toBe(0);
  });
});
