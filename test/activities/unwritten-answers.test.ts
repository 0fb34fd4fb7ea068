/** A ledger that cannot be written, before a call of the model and behind it: what is paid is paid once, whatever asks. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createMirror } from '../../src/audit/writer.js';
import { openDatabase } from '../../src/database/open.js';
import type { ModelReply } from '../../src/integrations/claude/claude.js';
import { cycleInput, planned, transition } from '../support/builders.js';
import { quietLog } from '../support/quiet-log.js';
import { modelReply } from './support/model-reply.js';
import { context } from './support/vendor-data.js';
import { createWorld, type World } from './support/world.js';

const cycle = cycleInput();

let world: World;
let contextHash: string;
beforeEach(async () => {
  world = createWorld({ claude: { createMessage: ({ replySchema }) => replyTo(replySchema) } });
  await world.deps.mirror.startCycle(cycle, 'run-1');
  contextHash = await world.storeContext(context());
});
afterEach(() => world.dispose());

/** A route where one is asked for, else a decision. */
function replyTo(schema: Readonly<Record<string, unknown>>): ModelReply {
  const isTriage = JSON.stringify(schema).includes('"route"');
  const decision = { summary: 'Fine.', reasons: [], actions: [], uncertainty: null };
  return modelReply({
    text: JSON.stringify(isTriage ? { route: 'normal', reason: 'It may matter.' } : decision),
    usage: { inputTokens: 100_000 },
  });
}

/** As a full disk is: nothing is written there any more. */
type Table = 'llm_calls' | 'trial_calls' | 'calls_under_way';
function fill(table: Table): void {
  world.database.exec(
    `CREATE TRIGGER full_${table} BEFORE INSERT ON ${table} BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END`,
  );
}
function empty(table: Table): void {
  world.database.exec(`DROP TRIGGER full_${table}`);
}

const ASKING: Readonly<Record<string, (attempt: number) => Promise<unknown>>> = {
  'a turn': (attempt) => world.call('takeTurn', { cycle, contextHash, turns: [] }, { attempt }),
  'a first look': (attempt) => world.call('triage', { cycle, contextHash }, { attempt }),
  'an answer to who decides': (attempt) =>
    world.call(
      'answerQuestion',
      {
        cycle,
        contextHash,
        planned: planned(cycle.cycleId, 1, transition),
        question: 'Why?',
        questionId: 'ap-1.q1',
      },
      { attempt },
    ),
};

const sent = () => world.claude.calls().filter((call) => call === 'createMessage').length;
const ledger = () => world.reader.getCycle(cycle.cycleId)?.modelCalls ?? [];
const underWay = () => world.database.prepare('SELECT count(*) AS n FROM calls_under_way').get();

describe.each(Object.entries(ASKING))('%s', (_name, ask) => {
  test('that cannot be noted before it is sent is not sent', async () => {
    fill('calls_under_way');
    for (const attempt of [1, 2]) {
      await expect(ask(attempt)).rejects.toThrow('disk is full');
    }

    expect(sent()).toBe(0);
    expect(ledger()).toEqual([]);
  });

  test('whose answer cannot be recorded is asked and paid once, however many tries find the ledger full', async () => {
    fill('llm_calls');
    for (const attempt of [1, 2, 3]) {
      await expect(ask(attempt)).rejects.toThrow('disk is full');
    }
    empty('llm_calls');

    await ask(4);

    expect(sent()).toBe(1);
    expect(ledger()).toMatchObject([{ error: null, lost: 0, cost_is_estimate: 0 }]);
    expect(world.reader.getCycle(cycle.cycleId)?.cycle.cost_usd).toBeCloseTo(ledger()[0]?.cost_usd ?? 0);
    expect(underWay()).toEqual({ n: 0 });
  });
});

test('an answer that died with its process counts as paid before the next call leaves', async () => {
  fill('llm_calls');
  await expect(ASKING['a turn']?.(1)).rejects.toThrow('disk is full');
  empty('llm_calls');
  // Another process over the same file: it knows nothing of what the first one kept.
  const file = world.database.name;
  const database = openDatabase(file, { busyTimeoutMs: 1_000, log: quietLog });
  const mirror = createMirror({ database, file, clock: world.deps.clock });

  await world.call(
    'takeTurn',
    { cycle, contextHash, turns: [] },
    { attempt: 2, deps: { ...world.deps, mirror } },
  );

  await mirror.close();
  expect(ledger()).toMatchObject([
    { id: expect.stringContaining('.lost-'), lost: 1, cost_is_estimate: 1 },
    { error: null, lost: 0 },
  ]);
});

describe.each(['eval', 'replay'] as const)('a case of a trial run (%s)', (kind) => {
  const trial = {
    trialId: 'trial-1',
    kind,
    askedBy: 'lead-1',
    model: null,
    prompt: null,
    last: 1,
    families: [],
  };

  async function firstCase() {
    await world.call('takeTurn', { cycle, contextHash, turns: [] });
    await world.deps.mirror.recordGathered({
      cycleId: cycle.cycleId,
      step: { name: 'gather', attempt: 1, startedAt: '2026-11-23T10:00:00.000Z', detail: {} },
      title: 'PAY-1',
      contextHash,
      sources: [],
      nothingToDo: null,
    });
    const { cases, promptHash } = await world.call('planTrial', { ...trial, triage: true });
    return { trialId: 'trial-1', kind, caseId: cases[0] ?? '', model: null, promptHash, triage: true };
  }
  const paid = () =>
    world.database
      .prepare('SELECT purpose, error, lost, cost_is_estimate FROM trial_calls ORDER BY rowid')
      .all() as readonly { readonly purpose: string }[];

  test('whose answers cannot be recorded asks and pays for each once', async () => {
    const trialCase = await firstCase();
    const before = sent();
    fill('trial_calls');
    for (const attempt of [1, 2, 3]) {
      await expect(world.call('runCase', trialCase, { attempt })).rejects.toThrow('disk is full');
    }
    expect(sent()).toBe(before + 1);
    empty('trial_calls');

    await world.call('runCase', trialCase, { attempt: 4 });

    const calls = paid();
    expect(calls.length).toBeGreaterThan(0);
    expect(calls).toEqual(
      calls.map(({ purpose }) => ({ purpose, error: null, lost: 0, cost_is_estimate: 0 })),
    );
    expect(sent()).toBe(before + calls.length);
    expect(underWay()).toEqual({ n: 0 });
    expect(world.reader.getTrial('trial-1')?.results).toHaveLength(1);
  });
});
