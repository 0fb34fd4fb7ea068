/** (d) 26: a text that makes the model decline goes to people, and is counted for whoever wrote it. */
import { randomUUID } from 'node:crypto';
import { afterEach, expect, test } from '@jest/globals';
import type { TeamSettings } from '../../src/activities/dependencies.js';
import type { CycleInput } from '../../src/domain/cycle.js';
import type { ModelReply } from '../../src/integrations/claude/claude.js';
import { commentEvent, cycleInput } from '../support/builders.js';
import { modelReply } from './support/model-reply.js';
import { context } from './support/vendor-data.js';
import { createWorld, type World, type WorldOptions } from './support/world.js';

const team: TeamSettings = {
  id: 'payments',
  jiraProjects: ['PAY'],
  jiraBoard: null,
  repositories: [],
  slackChannel: 'C0PAY',
  lead: 'lea',
  rules: '',
};
const people = [{ id: 'lea', name: 'Lea', jira: null, bitbucket: null, slack: 'U0LEA', roles: [] }];
const refusal = modelReply({ stopReason: 'refusal', text: '' });
const settled = modelReply({
  text: JSON.stringify({
    summary: 'Settled.',
    reasons: [{ text: 'It is settled.', evidence: ['event'] }],
    actions: [],
    uncertainty: null,
  }),
});

let world: World;
afterEach(() => world.dispose());

function open(deps: WorldOptions['deps'] = {}, reply: () => ModelReply = () => refusal): void {
  world = createWorld({ claude: { createMessage: reply }, deps: { teams: [team], people, ...deps } });
}

async function look(
  cycle: CycleInput,
  step: 'takeTurn' | 'decide' = 'takeTurn',
  soon: { readonly soon?: true } = {},
): Promise<void> {
  await world.deps.mirror.startCycle(cycle, 'run-1');
  const contextHash = await world.storeContext(context());
  await (step === 'decide'
    ? world.call('decide', { cycle, contextHash })
    : world.call('takeTurn', { cycle, contextHash, turns: [], ...soon }));
}

/** A cycle of its own about a comment of this account. */
function commentOf(id: string, overrides: Partial<CycleInput> = {}): CycleInput {
  return cycleInput({
    cycleId: `cycle-jira-${randomUUID()}`,
    event: { ...commentEvent(), actor: { id, name: `Name of ${id}`, isBot: false } },
    ...overrides,
  });
}

const LONG_AGO = '2026-01-01T00:00:00.000Z';
const waiting = () => world.reader.declinedSince(LONG_AGO, 10);
const counted = () => world.reader.declinedAuthors(LONG_AGO, 10).map(({ author, count }) => [author, count]);
const alerts = async () => (await world.mirror.circuits.due()).map(({ place, text }) => ({ place, text }));

test.each(['takeTurn', 'decide'] as const)(
  'what the model declines in %s is listed with its author, in the audit log, and told to the lead',
  async (step) => {
    open();
    const cycle = commentOf('mallory');

    await look(cycle, step);

    expect(waiting()).toMatchObject({
      count: 1,
      items: [{ cycle_id: cycle.cycleId, subject: 'jira:PAY-1', authors: '["jira:mallory"]' }],
    });
    expect(counted()).toEqual([['jira:mallory', 1]]);
    expect(world.auditKinds(cycle.cycleId)).toContain('model.declined');
    const [alert, ...others] = await alerts();
    expect(others).toEqual([]);
    expect(alert).toEqual({ place: 'U0LEA', text: expect.stringContaining('jira:mallory') });
    expect(alert?.text).toContain('https://acme.atlassian.net/browse/PAY-1');
    expect(alert?.text).toContain(`npx pm-agent show ${cycle.cycleId}`);
    expect(alert?.text).not.toContain('Name of mallory');
  },
);

test('each event counts for each author of what the cycle answers, and once, however often it is looked at', async () => {
  open();
  const other = { ...commentEvent(), actor: { id: 'bo', name: 'Bo', isBot: false } };
  const both = commentOf('mallory', { alsoAnswers: [{ eventId: 'e2', event: other }] });

  await look(both);
  await look({ ...both, round: 1 });
  await look(commentOf('mallory'));

  expect(counted()).toEqual([
    ['jira:mallory', 2],
    ['jira:bo', 1],
  ]);
  expect(waiting().count).toBe(2);
});

test('fifty of one author in a day are one message', async () => {
  open();
  for (let n = 0; n < 50; n += 1) {
    await look(commentOf('mallory'));
  }
  await look(commentOf('trudy'));

  expect(await alerts()).toHaveLength(2);
  expect(counted()).toEqual([
    ['jira:mallory', 50],
    ['jira:trudy', 1],
  ]);
});

test('what is critical is told by its own rule, and listed all the same', async () => {
  open();

  await look(commentOf('mallory'), 'takeTurn', { soon: true });

  expect(await alerts()).toEqual([]);
  expect(waiting().count).toBe(1);
});

test.each([
  ['where nobody can be told', { teams: [{ ...team, lead: null, slackChannel: null }] }],
  ['where nothing leaves for Slack', { acts: { jira: true, bitbucket: true, slack: false } }],
])('%s it is listed without a message', async (_what, deps) => {
  open(deps);

  await look(commentOf('mallory'));

  expect(await alerts()).toEqual([]);
  expect(waiting().count).toBe(1);
});

test('a later look of the cycle that comes to a decision takes it off the list; it still counts for its author', async () => {
  const replies = [refusal, settled];
  open({}, () => replies.shift() ?? settled);
  const cycle = commentOf('mallory');

  await look(cycle, 'takeTurn', { soon: true });
  await look({ ...cycle, round: 1 }, 'takeTurn', { soon: true });

  expect(waiting()).toEqual({ count: 0, items: [] });
  expect(counted()).toEqual([['jira:mallory', 1]]);
});

test('an event that nobody is named for counts for nobody known', async () => {
  open();

  await look(cycleInput({ event: { ...commentEvent(), actor: null } }));

  expect(counted()).toEqual([['unknown', 1]]);
});
