import { sleep } from '@temporalio/workflow';
import type { CycleInput } from '../domain/cycle.js';
import { record } from './activity-stubs.js';

/**
 * The relay grants a free lane within a tenth of a second. A timer for that would fire up to a second late (Temporal's
 * `history.timerProcessorMaxTimeShift`), and whoever approved waits for the effect.
 */
const GRANTED_SOON_MS = 500;

/**
 * A cycle that waited gave its subject's lane back, and another may hold it now. Waits durably until the relay grants it
 * again, and but for the first moment without holding a worker slot.
 * @returns in words, the pause that what is carried out waits for; null where there was none
 */
export async function holdLane(input: CycleInput): Promise<string | null> {
  const { cycleId } = input;
  const { subject } = input.event;
  let granted = await record.claimLane({ cycleId, subject, withinMs: GRANTED_SOON_MS });
  for (let delayMs = 100; granted === false; delayMs = Math.min(delayMs * 2, 5_000)) {
    await sleep(delayMs, { summary: 'waiting for the lane of this subject' });
    granted = await record.claimLane({ cycleId, subject });
  }
  return granted === true ? null : granted.paused;
}

/** The lane as all that a cycle carries out at the same time holds it together. */
export class Lane {
  private readonly input: CycleInput;
  private readonly isHeld: (paused: string | null) => void;
  private holders = 0;
  /** Claimed and given back one after another. */
  private turn: Promise<void> = Promise.resolve();

  /** @param isHeld hears each time of the pause that there is by then */
  constructor(input: CycleInput, isHeld: (paused: string | null) => void) {
    this.input = input;
    this.isHeld = isHeld;
  }

  /** Where the work fails the lane is given back by the end of the cycle. */
  async hold(work: () => Promise<void>): Promise<void> {
    this.holders += 1;
    if (this.holders === 1) {
      this.turn = this.turn.then(async () => this.isHeld(await holdLane(this.input)));
    }
    await this.turn;
    await work();
    this.holders -= 1;
  }

  /** Given back unless something is carried out, whose end gives it back. @param waitsFor left out: it waits for people */
  async park(waitsFor?: string): Promise<void> {
    if (this.holders > 0) {
      return;
    }
    const { cycleId } = this.input;
    this.turn = this.turn.then(async () => {
      if (this.holders === 0) {
        await record.parkCycle({ cycleId, ...(waitsFor === undefined ? {} : { waitsFor }) });
      }
    });
    await this.turn;
  }
}
