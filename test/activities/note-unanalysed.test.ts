import { afterEach, expect, test } from '@jest/globals';
import { createNoteUnanalysed } from '../../src/activities/note-unanalysed.js';
import { commentEvent, cycleInput } from '../support/builders.js';
import { context } from './support/vendor-data.js';
import { createWorld, type World } from './support/world.js';

let world: World;
afterEach(() => world.dispose());

const team = {
  id: 'payments',
  jiraProjects: ['PAY'],
  jiraBoard: null,
  repositories: [],
  slackChannel: 'C0PAY',
  lead: null,
  rules: '',
};

async function noticeOf(title: string, why = 'PAY-1 has the priority Highest and is To Do') {
  world = createWorld({ deps: { teams: [team] } });
  const cycle = cycleInput();
  await world.deps.mirror.startCycle(cycle, 'run-1');
  const contextHash = await world.storeContext(context());
  const { escalation } = await createNoteUnanalysed(world.deps)({
    cycle,
    contextHash,
    title,
    critical: { rule: 'critical work', why },
    failures: ['unavailable'],
  });
  return escalation;
}

test.each([
  ['a key', 'Leaked Stripe key sk_live_4eC39HqLyjWDarjtT1zdp7dc on production', 'on production'],
  ['a key of a cloud', 'AKIAIOSFODNN7EXAMPLE is public, rotate', 'is public, rotate'],
  ['a token with markup strewn in', 'ghp_0123456789**abcdefghij**ABCDEFGHIJ012345 leaked', 'withheld]'],
])('of a title with %s in it people hear, without what is withheld', async (_what, title, left) => {
  const notice = await noticeOf(`PAY-1 ${title}`);

  expect(notice).toMatchObject({ verdict: 'auto', refusal: null, target: 'slack:C0PAY' });
  const { text } = Object(notice?.action.payload) as { text: string };
  expect(text).toContain(left);
  expect(text).toContain('**Not analysed**: the model cannot be asked at the moment');
  expect(text).not.toMatch(/sk_live_4|AKIAIOSF|ghp_0/);
});

test('a status that looks like a credential keeps nobody from hearing either', async () => {
  const notice = await noticeOf('PAY-1 Down', 'PAY-1 is AKIAIOSFODNN7EXAMPLE');

  expect(notice).toMatchObject({ verdict: 'auto', refusal: null });
  expect(JSON.stringify(notice?.action.payload)).not.toContain('AKIAIOSF');
});

test('of one issue people are told once, from however many threads it comes up', async () => {
  world = createWorld({ deps: { teams: [team] } });
  const contextHash = await world.storeContext(context());
  const critical = { rule: 'critical work', why: 'PAY-1 has the priority Highest', about: 'jira:PAY-1' };
  const told = [];
  for (const subject of ['slack:C0PAY/1.1', 'jira:PAY-1', 'bitbucket:acme/pay-api#7']) {
    const cycle = cycleInput({ event: commentEvent({ subject }) });
    await world.deps.mirror.startCycle(cycle, 'run-1');
    const given = { cycle, contextHash, title: 'PAY-1', critical, failures: ['unavailable'] } as const;
    told.push((await createNoteUnanalysed(world.deps)(given)).escalation);
  }

  expect(told).toMatchObject(
    [{ origin: 'critical' }, null, null].map((one) => one && expect.objectContaining(one)),
  );
});
