/** A target that changed between an approval and its effect, read from vendors that are there. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { boundedText } from '../../../src/activities/bounded-text.js';
import type { Action } from '../../../src/domain/action.js';
import { driftSentence } from '../../../src/domain/actions/standing.js';
import type { ContextFacts } from '../../../src/domain/context.js';
import type { DriftFound, PlannedAction } from '../../../src/domain/cycle.js';
import { IntegrationError } from '../../../src/integrations/integration-error.js';
import type { JiraIssue, JiraTransition } from '../../../src/integrations/jira/jira.js';
import type { SlackMessage } from '../../../src/integrations/slack/slack.js';
import { comment, cycleInput, planned, transition } from '../../support/builders.js';
import { facts, jiraIssue, pullRequest, transitions } from '../support/vendor-data.js';
import { createWorld, type World } from '../support/world.js';

let world: World;
const cycle = cycleInput();
let now: JiraIssue;
let read: () => JiraIssue;
let ways: readonly JiraTransition[];

beforeEach(() => {
  now = {
    ...jiraIssue(),
    status: facts.issue?.status ?? '',
    summary: facts.issue?.summary ?? '',
    priority: facts.issue?.priority ?? null,
    assignee: assigned(facts.issue?.assigneeId ?? null),
  };
  world = createWorld({ jira: { getIssue: async () => read(), getTransitions: async () => ways } });
  ways = transitions;
  read = () => now;
});
afterEach(() => world.dispose());

function assigned(accountId: string | null): JiraIssue['assignee'] {
  return accountId === null ? null : { accountId, displayName: accountId, isApp: false };
}

async function look(
  action: PlannedAction = planned(cycle.cycleId, 1, comment),
  known: ContextFacts = facts,
): Promise<DriftFound | null> {
  const contextHash = await world.storeContext({ facts: known, items: [], omitted: [] });
  return world.call('lookAgain', { cycle, contextHash, planned: action });
}

describe('a target', () => {
  test('that stands as it was shown is none to look at again', async () => {
    expect(await look()).toBeNull();
  });

  test.each<[string, Partial<JiraIssue>, string]>([
    ['status', { status: 'Closed' }, 'Closed'],
    ['summary', { summary: 'Something else' }, 'Something else'],
    ['priority', { priority: 'Lowest' }, 'Lowest'],
    ['assignee', { assignee: assigned('712020:other') }, '712020:other'],
  ])(
    'of another %s is shown again, under another hash that names how it stands',
    async (member, change, is) => {
      now = { ...now, ...change };
      const before = planned(cycle.cycleId, 1, comment);

      const found = await look(before);

      expect(found?.drift).toEqual([{ member, was: expect.anything(), is }]);
      expect(found?.planned.version).toMatchObject({ [member]: is });
      expect(found?.planned.hash).not.toBe(before.hash);
      expect(found?.planned.action).toEqual(before.action);
      // Approved as it stands now, it is not asked about once more.
      expect(found === null ? null : await look(found.planned)).toBeNull();
    },
  );

  test('is told with the names of people, for pages that know none', async () => {
    now = { ...now, assignee: assigned('712020:ana') };

    const found = await look();

    expect(found?.planned.said).toMatchObject({
      what: 'Comment on PAY-1',
      drift: expect.stringMatching(/^the assignee is "Ana Lindqvist"/),
    });
  });

  test('that is moved gets its new status as what has to stand still', async () => {
    now = { ...now, status: 'Closed' };

    const found = await look(
      planned(cycle.cycleId, 1, transition, { seen: { status: facts.issue?.status ?? '' } }),
    );

    expect(found?.planned.seen).toEqual({ status: 'Closed' });
  });

  test('that is moved leaves, as what it is shown and edited by, how it stands and where it can go from there', async () => {
    now = { ...now, status: 'Closed' };
    ways = transitions.map((way) => ({ ...way, toStatus: 'Reopened' }));

    const found = await look(planned(cycle.cycleId, 1, transition));

    const kept = await world.deps.mirror.getBlob(found?.contextHash ?? '');
    expect(JSON.parse(kept?.toString('utf8') ?? '{}')).toMatchObject({
      facts: { issue: { status: 'Closed', reachableStatuses: ['Reopened'], people: facts.issue?.people } },
    });
  });

  test('that cannot be read is asked for again while that can help, and then left to the effect', async () => {
    const away = (retryable: boolean) => {
      read = () => {
        throw new IntegrationError({ service: 'jira', code: 'unavailable', message: 'away', retryable });
      };
    };

    away(true);
    await expect(look()).rejects.toThrow('away');
    away(false);
    expect(await look()).toBeNull();
  });
});

const own = facts.issue;
const said = (description: string): ContextFacts => ({ ...facts, issue: own && { ...own, description } });

describe('what the issue says', () => {
  test('is watched for words about it: a changed description is shown again with what changed', async () => {
    now = { ...now, description: `${'Same. '.repeat(40)}Ship on Monday.` };
    const known = said(`${'Same. '.repeat(40)}Ship on Friday.`);

    const found = await look(undefined, known);

    expect(found?.drift).toMatchObject([{ member: 'description' }]);
    expect(driftSentence(found?.drift ?? [])).toMatch(
      /^the description is "….{5,30}Ship on Monday\.", and was "….{5,30}Ship on Friday\."$/,
    );
  });

  test('is not watched for a move, nor where the context does not hold it', async () => {
    now = { ...now, description: 'other' };

    expect(await look(planned(cycle.cycleId, 1, transition), said('one'))).toBeNull();
    expect(await look()).toBeNull();
  });

  test('is compared to its end, however long it is', async () => {
    now = { ...now, description: `${'x'.repeat(9_000)}1` };
    const cut = (text: string) => said(boundedText(text));

    expect((await look(undefined, cut(`${'x'.repeat(9_000)}2`)))?.drift).toHaveLength(1);
    expect(await look(undefined, cut(`${'x'.repeat(9_000)}1`))).toBeNull();
  });
});

describe('an issue that is linked from that of the event', () => {
  const onLinked: Action = { kind: 'jira.comment', payload: { issueKey: 'PAY-2', body: 'b' } };
  const linked = { key: 'PAY-2', summary: 'Refunds', status: 'To Do' };
  const known: ContextFacts = { ...facts, issue: own && { ...own, linked: [linked] } };
  const shown = planned(cycle.cycleId, 1, onLinked);
  beforeEach(() => {
    now = { ...now, key: 'PAY-2', summary: 'Refunds', status: 'To Do' };
  });

  test('is read itself, and is none to look at again where it stands as it was shown', async () => {
    expect(await look(shown, known)).toBeNull();
    expect(world.jira.received).toEqual([{ method: 'getIssue', args: ['PAY-2'] }]);
  });

  test.each<[string, Partial<JiraIssue>, string]>([
    ['status', { status: 'Done' }, 'Done'],
    ['summary', { summary: 'Chargebacks' }, 'Chargebacks'],
    ['key', { key: 'WEB-9' }, 'WEB-9'],
  ])('of another %s is shown again', async (member, change, is) => {
    now = { ...now, ...change };

    const found = await look(shown, known);

    expect(found?.drift).toEqual([{ member, was: expect.anything(), is }]);
    expect(found === null ? null : await look(found.planned, known)).toBeNull();
  });

  test('is watched by its key alone where nothing more was told of it', async () => {
    now = { ...now, status: 'Done' };

    expect(await look(shown)).toBeNull();
    now = { ...now, key: 'WEB-9' };
    expect((await look(shown))?.drift).toEqual([{ member: 'key', was: 'PAY-2', is: 'WEB-9' }]);
  });
});

test('code that was pushed since a comment on its pull request was shown is told', async () => {
  const pull = facts.pullRequest;
  const known: ContextFacts = { ...facts, pullRequest: pull && { ...pull, commit: 'abc' } };
  const payload = { repository: 'acme/pay-api', pullRequestId: 7, body: 'b' };
  await world.dispose();
  world = createWorld({ bitbucket: { getPullRequest: () => pullRequest({ sourceCommit: 'def' }) } });

  const found = await look(planned(cycle.cycleId, 1, { kind: 'bitbucket.pr_comment', payload }), known);

  expect(found?.drift).toEqual([{ member: 'commit', was: 'abc', is: 'def' }]);
});

describe('a message that is answered', () => {
  const ts = '1700000000.000200';
  const threadTs = '1700000000.000100';
  const message = (at: string, text: string) => ({ ts: at, userId: 'U0ANA', botId: null, text });
  const known: ContextFacts = {
    ...facts,
    thread: { channel: 'C0PAY', threadTs, answered: { ts, text: 'When?' } },
  };
  const reply: Action = { kind: 'slack.message', payload: { channel: 'C0PAY', threadTs, text: 'Friday.' } };
  const answering = async (getThread: () => readonly SlackMessage[]) => {
    await world.dispose();
    world = createWorld({ slack: { getThread } });
    return (await look(planned(cycle.cycleId, 1, reply), known))?.drift ?? null;
  };

  test('and that stands as it was is no news, whatever else is said in its thread', async () => {
    expect(
      await answering(() => [
        message(threadTs, 'Hello'),
        message(ts, 'When?'),
        message('1800000000.1', 'Hm'),
      ]),
    ).toBeNull();
  });

  test('and that was edited is shown again', async () => {
    expect(await answering(() => [message(threadTs, 'Hello'), message(ts, 'Where?')])).toEqual([
      { member: 'message', was: 'When?', is: 'Where?' },
    ]);
  });

  test('and that was deleted is shown again, alone or with its thread', async () => {
    const gone = [{ member: 'message', was: 'When?', is: null }];

    expect(await answering(() => [message(threadTs, 'Hello')])).toEqual(gone);
    expect(
      await answering(() => {
        throw new IntegrationError({ service: 'slack', code: 'not_found', message: 'x', retryable: false });
      }),
    ).toEqual(gone);
  });

  test('and that lies before all that is read of a long thread counts as unchanged', async () => {
    expect(await answering(() => [message('1800000000.1', 'Hm')])).toBeNull();
  });
});
