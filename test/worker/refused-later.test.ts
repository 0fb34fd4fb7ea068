/** A decision that was recorded and that its workflow refused later: whoever made it is told, once. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { TeamSettings } from '../../src/activities/dependencies.js';
import { noteTerms } from '../../src/activities/note-terms.js';
import type { Person } from '../../src/domain/approval.js';
import { openTestMirror, type TestMirror } from '../audit/support.js';
import { comment, cycleInput } from '../support/builders.js';

let at: TestMirror;
let cycleId: string;

beforeEach(async () => {
  at = openTestMirror();
  const cycle = cycleInput();
  cycleId = cycle.cycleId;
  const [asked] = await at.plan([comment], cycle);
  const deadline = '2026-11-24T10:00:00.000Z';
  await at.mirror.openApprovals({ cycleId, requests: [{ approvalId: 'ap-1', planned: asked!, deadline }] });
});
afterEach(() => at.close());

const ana: Person = { id: 'lead-1', name: 'Ana', jira: null, bitbucket: null, slack: 'U0ANA', roles: [] };
const acts = { jira: true, bitbucket: true, slack: true };
const settings = { people: [ana], teams: [], acts };

const WHY = 'already rejected by Bo at 2026-11-23T09:00:00.000Z';

function refused(overrides: Readonly<Record<string, unknown>> = {}) {
  const by = { by: 'lead-1', byName: 'Ana', what: 'approve' };
  const data = {
    approvalId: 'ap-1',
    ...by,
    code: 'already_decided',
    why: WHY,
    wasRecorded: true,
    ...overrides,
  };
  const note = { id: 'd-1', at: at.now(), cycleId, kind: 'decision.refused', actor: 'slack:lead-1' };
  return { ...note, data };
}

const told = async () => (await at.mirror.circuits.due()).map(({ place, text }) => [place, text]);

test('in a message of their own, with what happened, however often it is offered', async () => {
  await at.mirror.takeOverNotes([{ seq: 1, ...refused() }], noteTerms(settings));
  await at.mirror.takeOverNotes([{ seq: 2, ...refused() }], noteTerms(settings));

  await expect(told()).resolves.toEqual([
    [
      'U0ANA',
      `The decision of Ana to approve jira.comment on jira:PAY-1 was recorded, and did not count when it was brought to the agent: ${WHY}. See pm-agent show ${cycleId}`,
    ],
  ]);
});

test('not where they were answered at once, nor where nothing may be written to Slack', async () => {
  await at.mirror.takeOverNotes([{ seq: 1, ...refused({ wasRecorded: undefined }) }], noteTerms(settings));
  const silent = { ...settings, acts: { ...acts, slack: false } };
  await at.mirror.takeOverNotes([{ seq: 2, ...refused(), id: 'd-2' }], noteTerms(silent));

  await expect(told()).resolves.toEqual([]);
});

test('in the channel of the team where their account is not known', () => {
  const payments = { id: 'payments', slackChannel: 'C0PAY' } as TeamSettings;
  const terms = noteTerms({ ...settings, people: [{ ...ana, slack: null }], teams: [payments] });

  expect(terms.tellRefusedIn('lead-1', 'payments')).toEqual(['C0PAY']);
  expect(terms.tellRefusedIn('lead-1', 'others')).toEqual([]);
});
