/**
 * That nobody decided, for the team's lead: told at once where the team works, else when it does. What waits for that keeps the
 * cycle open, without lane or worker, while other requests of the cycle go on being decided and carried out.
 */
import { sleep } from '@temporalio/workflow';
import { type CycleInput, isDenied, type PlannedAction } from '../domain/cycle.js';
import { record } from './activity-stubs.js';
import { whatOf } from './approval-details.js';
import type { CycleView } from './cycle-view.js';

/** The worker's clock says whether the team works, the server's when it is looked: they are never asked in a tight loop. */
const LOOK_AGAIN_AFTER_MS = 60_000;

interface Telling {
  readonly input: CycleInput;
  readonly contextHash: string;
  readonly view: CycleView;
  carryOut(actions: readonly PlannedAction[]): Promise<void>;
  execute(planned: PlannedAction): Promise<unknown>;
}

interface Notice {
  readonly about: PlannedAction;
  readonly escalation: PlannedAction;
  /** Milliseconds since the epoch. */
  at: number;
}

export class LeadNotices {
  private readonly telling: Telling;
  private waiting: readonly Notice[] = [];

  constructor(telling: Telling) {
    this.telling = telling;
  }

  areWaiting(): boolean {
    return this.waiting.length > 0;
  }

  /** When the next one may leave; infinity for none. Milliseconds since the epoch. */
  nextAt(): number {
    return Math.min(...this.waiting.map(({ at }) => at));
  }

  async untilNext(): Promise<void> {
    const wait = this.nextAt() - Date.now();
    if (wait > 0) {
      await sleep(wait, { summary: 'waiting for working hours to tell the lead' });
    }
  }

  /** Nobody decided on it in time. */
  async tell(about: PlannedAction): Promise<void> {
    const { notBefore, ...escalation } = await this.ask(about);
    if (notBefore === undefined) {
      return this.telling.carryOut([escalation]);
    }
    this.telling.view.propose([escalation]);
    this.show([...this.waiting, { about, escalation, at: Date.parse(notBefore) }]);
  }

  /** Tells what may leave by now, and how many that were. A worker that was away until the evening waits for the next day. */
  async tellDue(): Promise<number> {
    const due = this.waiting.filter(({ at }) => at <= Date.now());
    let told = 0;
    for (const one of due) {
      told += (await this.tellNow(one)) ? 1 : 0;
    }
    return told;
  }

  /** "nobody decided in time; the team's lead is told at …". */
  sentence(): string {
    return `nobody decided in time; the team's lead is told at ${new Date(this.nextAt()).toISOString()}`;
  }

  private async tellNow(one: Notice): Promise<boolean> {
    const { notBefore, ...again } = await this.ask(one.about);
    if (notBefore !== undefined) {
      one.at = Math.max(Date.parse(notBefore), Date.now() + LOOK_AGAIN_AFTER_MS);
      this.show(this.waiting);
      return false;
    }
    this.show(this.waiting.filter((other) => other !== one));
    if (isDenied(again)) {
      this.telling.view.statuses.set(one.escalation.actionId, 'denied');
    } else {
      // As it was recorded first.
      await this.telling.execute(one.escalation);
    }
    return true;
  }

  private ask(planned: PlannedAction) {
    const { input, contextHash } = this.telling;
    return record.tellExpired({ cycle: input, contextHash, planned });
  }

  private show(waiting: readonly Notice[]): void {
    this.waiting = waiting;
    this.telling.view.later = waiting.map(
      ({ about, at }) =>
        `Nobody decided on "${whatOf(about)}" in time. The team's lead is told at ${new Date(at).toISOString()}.`,
    );
  }
}
