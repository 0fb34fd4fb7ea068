/** Whose turn it is: over real lanes, with the real inbox. */
import { expect, test } from '@jest/globals';
import type { Priority } from '../../../src/domain/priority.js';
import { comment, handClock, temporaryInbox } from '../support.js';

const WINDOW = { windowMs: 2_000, capMs: 10_000 };

function queueBench() {
  const clock = handClock();
  const inbox = temporaryInbox({ clock });
  const { tables } = inbox;
  return {
    clock,
    arrive: (subject: string, priority: Priority) => inbox.accept(comment({ subject, priority })),
    /** The subjects whose lanes are handed out, one claim after the other. */
    claim: async (turns: number): Promise<readonly string[]> => {
      const claimed: string[] = [];
      while (await tables.write(() => tables.lanes.takeIn())) {
        // Everything is in its lane before the first claim, as the relay does it.
      }
      for (let turn = 0; turn < turns; turn += 1) {
        const before = new Set(claimed);
        await tables.write(() => tables.lanes.claimReady({ now: clock().getTime(), ...WINDOW }, 1));
        const rows = tables.rows.nextStarts(1_000);
        claimed.push(
          ...rows
            .filter((row) => row.coalescedInto === null)
            .map((row) => (JSON.parse(row.event) as { subject: string }).subject)
            .filter((subject) => !before.has(subject)),
        );
      }
      return claimed;
    },
  };
}

test('a conversation begins before a change, a change before a bulk change, whoever came first', async () => {
  const { clock, arrive, claim } = queueBench();
  await arrive('jira:BULK-1', 3);
  clock.move(10);
  await arrive('jira:CHANGE-1', 2);
  clock.move(10);
  await arrive('jira:TALK-1', 1);
  clock.move(5_000);

  expect(await claim(3)).toEqual(['jira:TALK-1', 'jira:CHANGE-1', 'jira:BULK-1']);
});

test('a subject is as urgent as the most urgent of its events', async () => {
  const { clock, arrive, claim } = queueBench();
  await arrive('jira:CHANGE-1', 2);
  await arrive('jira:BULK-1', 3);
  await arrive('jira:BULK-1', 1);
  clock.move(5_000);

  expect(await claim(1)).toEqual(['jira:BULK-1']);
});

test('5,000 bulk changes do not starve a person, and people do not starve them for ever (F49)', async () => {
  const { clock, arrive, claim } = queueBench();
  await Promise.all(Array.from({ length: 5_000 }, (_, n) => arrive(`jira:BULK-${n + 1}`, 3)));
  await Promise.all(Array.from({ length: 40 }, (_, n) => arrive(`jira:TALK-${n + 1}`, 1)));
  clock.move(5_000);

  const first = await claim(24);
  const bulk = first.filter((subject) => subject.startsWith('jira:BULK'));

  expect(bulk).toHaveLength(3);
});

test('after an outage new events begin at once while the backlog drains from its oldest end', async () => {
  const { clock, arrive, claim } = queueBench();
  for (let n = 1; n <= 50; n += 1) {
    await arrive(`jira:OLD-${n}`, 2);
    clock.move(1_000);
  }
  clock.move(600_000);
  await arrive('jira:NEW-1', 2);
  await arrive('jira:NEW-2', 2);
  clock.move(2_000);

  const claimed = await claim(4);

  expect(claimed).toEqual(expect.arrayContaining(['jira:NEW-1', 'jira:NEW-2', 'jira:OLD-1', 'jira:OLD-2']));
});
