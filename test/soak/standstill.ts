/** Waiting for a product to work off what it was given: until nothing is left, or nothing moves any more. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface Standing {
  /** What is still to be done. */
  readonly left: number;
  /** Anything that changes as long as something is done. */
  readonly fingerprint: string;
}

export interface WaitEnd {
  readonly why: 'done' | 'standstill' | 'too long';
  readonly left: number;
  readonly tookMs: number;
}

export interface Patience {
  /** Nothing changed for so long: it will never be done. */
  readonly standstillMs: number;
  /** Longer than this is not waited whatever moves. */
  readonly mostMs: number;
  readonly lookEveryMs: number;
  readonly sayEveryMs: number;
}

/** Two minutes and a half: an unclear write is left alone for 45 s, and a retry may wait for a minute. */
export const PATIENCE: Patience = {
  standstillMs: 150_000,
  mostMs: 45 * 60_000,
  lookEveryMs: 1_000,
  sayEveryMs: 15_000,
};

/** `say` hears now and then how many are left and how fast that shrinks. Rejects where `look` throws. */
export async function waitForStandstill(
  look: () => Standing,
  say: (line: string) => void,
  patience: Patience = PATIENCE,
): Promise<WaitEnd> {
  const startedAt = performance.now();
  let changed = { at: startedAt, fingerprint: '' };
  let said = { at: startedAt, left: Number.NaN };
  for (;;) {
    const now = performance.now();
    const { left, fingerprint } = look();
    const end = (why: WaitEnd['why']): WaitEnd => ({ why, left, tookMs: now - startedAt });
    if (left === 0) {
      return end('done');
    }
    if (fingerprint !== changed.fingerprint) {
      changed = { at: now, fingerprint };
    }
    if (now - changed.at >= patience.standstillMs) {
      return end('standstill');
    }
    if (now - startedAt >= patience.mostMs) {
      return end('too long');
    }
    if (Number.isNaN(said.left) || now - said.at >= patience.sayEveryMs) {
      say(progressLine(left, said.left - left, now - said.at, now - changed.at));
      said = { at: now, left };
    }
    await sleep(patience.lookEveryMs);
  }
}

function progressLine(left: number, done: number, inMs: number, stillMs: number): string {
  const rate = Number.isNaN(done) ? '' : `, ${((done * 1_000) / inMs).toFixed(1)} a second`;
  const still = stillMs < 10_000 ? '' : `, nothing changed for ${Math.round(stillMs / 1_000)} s`;
  return `${left} left${rate}${still}`;
}
