/** Ten thousand decisions that nobody wrote: all through the plan, and each of which something passes through ledger and executors to the vendors. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isDenied } from '../../src/domain/cycle.js';
import { carry } from './carriers.js';
import { type Generated, generated, KINDS_GENERATED } from './decisions.js';
import { ledgerBreaches } from './ledger.js';
import { receivedBreaches, writesAmong } from './received.js';
import { actionBreaches } from './rules.js';
import { judged, openHostileWorld } from './world.js';

const DECISIONS = 10_000;
/** Another one each time; a failure names it. */
const SEED = Number(process.env.FC_SEED ?? Math.floor(Math.random() * 2 ** 31));
/** Decisions on one sandbox. */
const AT_ONCE = 25;
/** Ends what hangs: alone it takes under two minutes, beside others several times that. */
const AT_MOST_MS = 1_200_000;

test(
  'of ten thousand generated decisions nothing that is not allowed passes the plan, and no vendor receives it',
  async () => {
    const passing: Generated[] = [];
    const seen = { decisions: 0, refused: 0, kinds: new Set<string>() };

    fc.assert(
      fc.property(generated, (one) => {
        const planned = judged(carry(one.field, [one.text]), one.actions, one.text);
        const through = planned.filter((candidate) => !isDenied(candidate));
        seen.decisions += 1;
        seen.refused += planned.length - through.length;
        through.forEach(({ action: { kind } }) => seen.kinds.add(kind));
        expect(through.length).toBeLessThanOrEqual(3);
        expect(through.flatMap((candidate) => actionBreaches(candidate.action))).toEqual([]);
        passing.push(...(through.length > 0 ? [one] : []));
      }),
      { numRuns: DECISIONS, seed: SEED },
    );

    expect(seen.decisions).toBeGreaterThanOrEqual(DECISIONS);
    expect(seen.refused).toBeGreaterThan(DECISIONS / 10);
    expect(seen.kinds).toEqual(new Set(KINDS_GENERATED));
    expect(passing.length).toBeGreaterThan(DECISIONS / 5);
    expect(await carriedOut(passing)).toEqual({ seed: SEED, breaches: [] });
  },
  AT_MOST_MS,
);

/** Plans and carries them out with the real ledger and executors; answers what the vendors should not have received. */
async function carriedOut(decisions: readonly Generated[]) {
  const hostile = await openHostileWorld();
  try {
    const breaches: string[] = [];
    let effects = 0;
    let onScreens = 0;
    for (const [index, decision] of decisions.entries()) {
      const { field, text, actions } = decision;
      const planned = await hostile.plan(carry(field, [text]), actions, text);
      const results = planned === null ? [] : await hostile.executeAll(planned);
      effects += results.filter(({ status }) => status === 'executed').length;
      const writes = writesAmong(await hostile.received());
      onScreens += writes.filter(
        ({ body }) => Object(body).transition !== undefined && Object(body).fields !== undefined,
      ).length;
      breaches.push(...writes.flatMap(receivedBreaches));
      breaches.push(...ledgerBreaches(hostile.world.reader, planned === null ? [] : [planned], writes));
      await (index % AT_ONCE === AT_ONCE - 1 ? hostile.startAnew() : null);
    }
    expect(effects).toBeGreaterThan(decisions.length / 2);
    expect(onScreens).toBeGreaterThan(decisions.length / 100);
    return { seed: SEED, breaches };
  } finally {
    await hostile.close();
  }
}
