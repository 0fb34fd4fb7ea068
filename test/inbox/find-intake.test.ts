import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { SweepFind } from '../../src/audit/mirror-reader.js';
import { type FindIntakeOptions, type JudgeFind, startFindIntake } from '../../src/inbox/find-intake.js';
import {
  comment,
  commentEvent,
  eventually,
  onTestEnd,
  recordingLog,
  temporaryFolder,
  temporaryInbox,
} from './support.js';

function find(seq: number, changeKey = `change-${seq}`): SweepFind {
  return { seq, actorIds: ['account-1'], event: { ...commentEvent('jira:PAY-1', changeKey), changeKey } };
}

const toDelivery: JudgeFind = ({ event }) =>
  comment({ event: event as never, changeKey: event.changeKey, origin: 'reconcile' });

/** An intake over these finds, with what it reported. */
function intake(finds: readonly SweepFind[], overrides: Partial<FindIntakeOptions> = {}) {
  const inbox = overrides.inbox ?? temporaryInbox();
  const results: [number, string][] = [];
  const log = recordingLog();
  const { stop } = startFindIntake({
    inbox,
    findsAfter: (seq, limit) => finds.filter((one) => one.seq > seq).slice(0, limit),
    judge: toDelivery,
    taken: ({ seq }, result) => results.push([seq, result]),
    log,
    ...overrides,
  });
  onTestEnd(stop);
  return { inbox, results, lines: log.lines };
}

describe('finds are taken over', () => {
  test('oldest first, each once, however many there are', async () => {
    const inbox = temporaryInbox();
    const finds = Array.from({ length: 250 }, (_none, index) => find(index + 1));

    const { results } = intake(finds, { inbox });
    await eventually(() => inbox.takenFinds() === 250);

    expect(results).toEqual(finds.map(({ seq }) => [seq, 'accepted']));
    expect(inbox.list({ origin: 'reconcile' }, { limit: 500, cursor: null }).items).toHaveLength(250);
  });

  test('as a duplicate where a webhook told of the change', async () => {
    const inbox = temporaryInbox();
    await inbox.accept(comment({ changeKey: 'change-1' }));

    const { results } = intake([find(1)], { inbox });
    await eventually(() => inbox.takenFinds() === 1);

    expect(results).toEqual([[1, 'duplicate']]);
    expect(inbox.list({}, { limit: 5, cursor: null }).items).toHaveLength(1);
  });

  test('or passed over where they are not for us', async () => {
    const inbox = temporaryInbox();
    const { results } = intake([find(1), find(2)], {
      inbox,
      judge: (one) => (one.seq === 1 ? { refused: 'no team' } : toDelivery(one)),
    });
    await eventually(() => inbox.takenFinds() === 2);

    expect(results).toEqual([
      [1, 'ignored'],
      [2, 'accepted'],
    ]);
  });

  test('over again after a crash before that was noted, which stores nothing twice', async () => {
    const file = join(temporaryFolder(), 'inbox.db');
    const inbox = temporaryInbox({ file });
    await inbox.accept(toDelivery(find(1)) as ReturnType<typeof comment>);

    const { results } = intake([find(1), find(2)], { inbox });
    await eventually(() => inbox.takenFinds() === 2);

    expect(results).toEqual([
      [1, 'duplicate'],
      [2, 'accepted'],
    ]);
  });
});

describe('trouble', () => {
  test('of the storage is tried again, told once, and loses nothing', async () => {
    const inbox = temporaryInbox();
    let refusals = 2;
    const { results, lines } = intake([find(1)], {
      inbox: {
        ...inbox,
        accept: (delivery) =>
          refusals-- > 0 ? Promise.reject(new Error('disk full')) : inbox.accept(delivery),
        assertWritable: () => {
          if (refusals >= 0) {
            throw new Error('disk full');
          }
        },
      },
    });
    await eventually(() => inbox.takenFinds() === 1);

    expect(results).toEqual([[1, 'accepted']]);
    expect(lines.filter(({ level }) => level === 'warn' || level === 'error')).toHaveLength(1);
  });

  test('of a mirror that cannot be read is tried again', async () => {
    const inbox = temporaryInbox();
    let refusals = 1;
    intake([], {
      inbox,
      findsAfter: (seq) => {
        if (refusals-- > 0) {
          throw new Error('no such file');
        }
        return seq === 0 ? [find(1)] : [];
      },
    });

    expect(await eventually(() => inbox.takenFinds() === 1)).toBe(true);
  });

  test('of one find alone stops no other, and is told', async () => {
    const inbox = temporaryInbox();
    const { results, lines } = intake([find(1), find(2)], {
      inbox,
      judge: (one) => {
        const delivery = toDelivery(one);
        return one.seq === 1 ? ({ ...(delivery as object), status: 'no such status' } as never) : delivery;
      },
    });
    await eventually(() => inbox.takenFinds() === 2);

    expect(results).toEqual([[2, 'accepted']]);
    expect(lines).toContainEqual({
      level: 'error',
      message: 'a find of the sweep could not be stored and is passed over',
    });
  });
});

test('how far it got never goes back, and outlives the process', async () => {
  const file = join(temporaryFolder(), 'inbox.db');
  const inbox = temporaryInbox({ file });
  expect(inbox.takenFinds()).toBe(0);

  await inbox.noteTakenFinds(7);
  await inbox.noteTakenFinds(3);

  expect(inbox.takenFinds()).toBe(7);
  expect(temporaryInbox({ file }).takenFinds()).toBe(7);
});
