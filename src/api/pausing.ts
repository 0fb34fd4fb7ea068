/** Stopping all effects, and letting them go on: what stands in the inbox, and what waits because of it. */
import { randomUUID } from 'node:crypto';
import type { MirrorReader } from '../audit/mirror-reader.js';
import type { ActionsTable } from '../audit/schema.js';
import { actorOf, type Decider } from '../domain/approval.js';
import { describePause, type Pause } from '../domain/pause.js';
import type { AuditNote } from '../inbox/inbox.js';
import type { PauseStore } from '../inbox/people/pauses.js';
import type { Logger } from '../log.js';

/** More than a person reads; `heldCount` counts them all. */
const HELD_SHOWN = 100;

export interface PauseState {
  readonly pause: Pause | null;
  readonly heldCount: number;
  /** What would have left, oldest first. Empty while nothing is paused. */
  readonly held: readonly ActionsTable[];
}

export interface Pausing {
  /** The pause that holds; null where there is none. */
  current(): Pause | null;
  state(): PauseState;
  /** By which pause this action is held back, in words; null where it is by none. As `state` lists them. */
  holds(action: Pick<ActionsTable, 'id' | 'ended_at'>): string | null;
  /** Of several, the first one holds. */
  pause(by: Decider, reason: string | undefined): Promise<PauseState>;
  /** Does nothing where there is no pause. */
  resume(by: Decider, reason: string | undefined): Promise<PauseState>;
}

export interface PausingParts {
  readonly pauses: PauseStore;
  readonly mirror: Pick<MirrorReader, 'openEffects' | 'isOpenEffect'>;
  readonly log: Pick<Logger, 'warn'>;
  readonly clock: () => Date;
}

export function createPausing({ pauses, mirror, log, clock }: PausingParts): Pausing {
  const noteOf = (kind: 'agent.paused' | 'agent.resumed', by: Decider, reason: string | undefined) => ({
    id: randomUUID(),
    at: clock().toISOString(),
    cycleId: null,
    kind,
    actor: actorOf(by),
    data: { by: by.id, byName: by.name, why: reason ?? null },
  });
  const state = (): PauseState => {
    const pause = pauses.current();
    const { count, items } = pause === null ? NOTHING : mirror.openEffects(HELD_SHOWN);
    return { pause, heldCount: count, held: items };
  };
  const told = (note: AuditNote, text: string): PauseState => {
    log.warn({ by: note.actor, why: note.data['why'] }, text);
    return state();
  };
  return {
    current: () => pauses.current(),
    state,
    holds: ({ id, ended_at: endedAt }) => {
      const pause = endedAt === null ? pauses.current() : null;
      return pause !== null && mirror.isOpenEffect(id) ? describePause(pause) : null;
    },
    async pause(by, reason) {
      const note = noteOf('agent.paused', by, reason);
      const pause = { since: note.at, by: by.id, byName: by.name, reason: reason ?? null };
      return (await pauses.begin(pause, note)) ? told(note, 'paused: no effect leaves') : state();
    },
    async resume(by, reason) {
      const note = noteOf('agent.resumed', by, reason);
      return (await pauses.end(note)) ? told(note, 'resumed: effects leave again') : state();
    },
  };
}

const NOTHING = { count: 0, items: [] };
