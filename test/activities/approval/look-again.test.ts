/** A target that changed between an approval and its effect, read from a Jira that is there. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { DriftFound, PlannedAction } from '../../../src/domain/cycle.js';
import { IntegrationError } from '../../../src/integrations/integration-error.js';
import type { JiraIssue } from '../../../src/integrations/jira/jira.js';
import { comment, cycleInput, planned, transition } from '../../support/builders.js';
import { facts, jiraIssue } from '../support/vendor-data.js';
import { createWorld, type World } from '../support/world.js';

let world: World;
const cycle = cycleInput();
let now: JiraIssue;
let read: () => JiraIssue;

beforeEach(() => {
  now = {
    ...jiraIssue(),
    status: facts.issue?.status ?? '',
    summary: facts.issue?.summary ?? '',
    priority: facts.issue?.priority ?? null,
    assignee: assigned(facts.issue?.assigneeId ?? null),
  };
  world = createWorld({ jira: { getIssue: async () => read() } });
  read = () => now;
});
afterEach(() => world.dispose());

function assigned(accountId: string | null): JiraIssue['assignee'] {
  return accountId === null ? null : { accountId, displayName: accountId, isApp: false };
}

async function look(action: PlannedAction = planned(cycle.cycleId, 1, comment)): Promise<DriftFound | null> {
  const contextHash = await world.storeContext({ facts, items: [], omitted: [] });
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

  test('that is moved gets its new status as what has to stand still', async () => {
    now = { ...now, status: 'Closed' };

    const found = await look(
      planned(cycle.cycleId, 1, transition, { seen: { status: facts.issue?.status ?? '' } }),
    );

    expect(found?.planned.seen).toEqual({ status: 'Closed' });
  });

  test('that only the agent itself changed is no news', async () => {
    now = { ...now, status: 'In Review' };
    Object.assign(world.deps.mirror, { leftBy: async () => [{ status: 'In Review' }] });

    expect(await look()).toBeNull();
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
