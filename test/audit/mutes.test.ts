import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { SaidMute } from '../../src/audit/mirror.js';
import { cycleInput } from '../support/builders.js';
import { openTestMirror, type TestMirror } from './support.js';

let at: TestMirror;
beforeEach(() => {
  at = openTestMirror();
});
afterEach(() => at.close());

function said(command: SaidMute['command'], minute: number, overrides: Partial<SaidMute> = {}): SaidMute {
  return {
    subject: 'jira:PAY-1',
    command,
    saidIn: `comment-${minute}`,
    saidAt: `2026-11-23T10:${String(minute).padStart(2, '0')}:00.000Z`,
    by: { id: '712020:ana', name: 'Ana' },
    eventId: 'evt_1',
    ...overrides,
  };
}

async function hear(...commands: readonly SaidMute[]) {
  const input = cycleInput();
  await at.mirror.startCycle(input, 'run-1');
  const outcomes = await at.mirror.recordMuteCommands({ cycleId: input.cycleId, commands });
  return { cycleId: input.cycleId, outcomes };
}

const mute = () => at.mirror.muteOf('jira:PAY-1');

test('nobody muted it: it is not muted', async () => {
  expect(await mute()).toBeNull();
});

test('a mute holds, with who and since when by the vendor’s clock, also after a restart', async () => {
  const { cycleId, outcomes } = await hear(said('mute', 1));
  await at.reopen();

  expect(outcomes).toEqual(['obeyed']);
  expect(await mute()).toEqual({
    by: { id: '712020:ana', name: 'Ana' },
    since: '2026-11-23T10:01:00.000Z',
  });
  expect(at.reader.auditOf(cycleId).at(-1)).toMatchObject({
    kind: 'mute.obeyed',
    actor: 'jira:712020:ana',
  });
});

test('muted is the one subject, and no other', async () => {
  await hear(said('mute', 1));

  expect(await at.mirror.muteOf('bitbucket:acme/pay-api#1')).toBeNull();
});

test('an unmute takes it back; one where nothing was muted changes nothing', async () => {
  expect((await hear(said('unmute', 1))).outcomes).toEqual(['unchanged']);
  await hear(said('mute', 2));

  expect((await hear(said('unmute', 3))).outcomes).toEqual(['obeyed']);
  expect(await mute()).toBeNull();
});

test('of several in one cycle each is obeyed, in their order', async () => {
  expect((await hear(said('mute', 1), said('unmute', 2), said('mute', 3))).outcomes).toEqual([
    'obeyed',
    'obeyed',
    'obeyed',
  ]);
  expect(await mute()).toMatchObject({ since: '2026-11-23T10:03:00.000Z' });
});

describe('what was said earlier and comes later', () => {
  test('an unmute does not undo a mute', async () => {
    await hear(said('mute', 5));

    expect((await hear(said('unmute', 4))).outcomes).toEqual(['overtaken']);
    expect(await mute()).not.toBeNull();
  });

  test('a mute does not undo an unmute', async () => {
    await hear(said('unmute', 5));

    expect((await hear(said('mute', 4))).outcomes).toEqual(['overtaken']);
    expect(await mute()).toBeNull();
  });

  test('not even where the later one only repeated what held', async () => {
    await hear(said('mute', 1));
    await hear(said('mute', 5, { by: { id: 'bo', name: 'Bo' } }));

    expect((await hear(said('unmute', 3))).outcomes).toEqual(['overtaken']);
    expect(await mute()).toMatchObject({ by: { name: 'Ana' }, since: '2026-11-23T10:01:00.000Z' });
  });
});

describe('one comment', () => {
  test('told of twice orders once', async () => {
    await hear(said('mute', 1));
    await hear(said('unmute', 2));

    expect((await hear(said('mute', 1))).outcomes).toEqual(['repeated']);
    expect(await mute()).toBeNull();
  });

  test('that was edited without changing the order orders nothing new', async () => {
    await hear(said('mute', 1, { saidIn: 'c' }));
    await hear(said('unmute', 2));

    expect((await hear(said('mute', 3, { saidIn: 'c' }))).outcomes).toEqual(['repeated']);
    expect(await mute()).toBeNull();
  });

  test('that was edited into the other order is obeyed as of the edit', async () => {
    await hear(said('mute', 1, { saidIn: 'c' }));

    expect((await hear(said('unmute', 3, { saidIn: 'c' }))).outcomes).toEqual(['obeyed']);
    expect(await mute()).toBeNull();
  });

  test('whose first words come after their edit says what it was edited into', async () => {
    await hear(said('mute', 1));
    await hear(said('unmute', 3, { saidIn: 'c' }));

    expect((await hear(said('mute', 2, { saidIn: 'c' }))).outcomes).toEqual(['overtaken']);
    expect(await mute()).toBeNull();
  });

  test('asked about again by its own cycle (a retry) has the same outcome and one audit row', async () => {
    const { cycleId } = await hear(said('mute', 1));

    const again = await at.mirror.recordMuteCommands({ cycleId, commands: [said('mute', 1)] });

    expect(again).toEqual(['obeyed']);
    expect(at.reader.auditOf(cycleId).filter((row) => row.kind === 'mute.obeyed')).toHaveLength(1);
  });
});
