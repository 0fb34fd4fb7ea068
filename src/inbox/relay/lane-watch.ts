/** Turns what the mirror says of cycles into what their rows and lanes become: ended, parked, or wanting the lane again. */
import type { MirrorReader } from '../../audit/mirror-reader.js';
import type { CycleStatus } from '../../domain/cycle.js';
import type { InboxTables } from '../store.js';
import { type CycleEnded, type RelayWatch, toCycleEnded } from './relay-watch.js';
import { createScan } from './scan.js';

/** What the relay reads of the mirror. */
export type CycleMirror = Pick<MirrorReader, 'changed' | 'laneWishes' | 'laneRequests' | 'isRefilling'>;

export interface LaneWatch {
  /** Reads what changed and writes what follows. Rejects where a database cannot be read or written. */
  readonly look: () => Promise<void>;
  /** Makes the next looks read every cycle again, whether the mirror changed or not. */
  readonly touch: () => void;
}

/** Lookups of one look: bounds how long it takes. */
const PAGE = 500;

const ENDED: { readonly [S in CycleStatus]: boolean } = {
  queued: false,
  running: false,
  awaiting_approval: false,
  completed: true,
  coalesced: true,
  failed: true,
  cancelled: true,
};

type Wish = ReturnType<CycleMirror['laneWishes']>[number];
type LaneRequest = ReturnType<CycleMirror['laneRequests']>[number];

interface Findings {
  readonly ended: readonly Wish[];
  readonly givenBack: readonly Wish[];
  readonly wanted: readonly LaneRequest[];
}

export function hasEnded(wish: Pick<Wish, 'status'>): boolean {
  return ENDED[wish.status];
}

export function createLaneWatch(parts: {
  readonly tables: InboxTables;
  readonly mirror: CycleMirror;
  readonly clock: () => Date;
  readonly watch: RelayWatch;
}): LaneWatch {
  const { tables, mirror, clock, watch } = parts;
  const watched = watchedCycles(tables);
  let requests: readonly LaneRequest[] = [];

  /** Wishes are read before requests: a cycle that had ended by then cannot be among the requests any more. */
  function read(): Findings {
    const hasChanged = mirror.changed();
    if (hasChanged) {
      watched.touch();
    }
    const cycleIds = watched.next();
    const wishes = cycleIds.length === 0 ? [] : mirror.laneWishes(cycleIds);
    if (hasChanged || requests.length > 0) {
      requests = mirror.laneRequests();
    }
    return {
      ended: wishes.filter(hasEnded),
      givenBack: wishes.filter((wish) => isGivenBack(wish) && tables.lanes.isHolder(wish.id)),
      wanted: requests.filter((request) => isWaiting(tables, request.id)),
    };
  }

  return {
    touch: watched.touch,
    look: async () => {
      const findings = read();
      if (needsWriting(tables, findings)) {
        const ended = await tables.write(() => write(tables, findings, clock()));
        for (const end of ended) {
          watch.ended(end);
        }
      }
    },
  };
}

/** A cycle that was terminated while it asked keeps asking in the mirror for ever; only its row tells that it is over. */
function isWaiting(tables: InboxTables, cycleId: string): boolean {
  return tables.rows.isOpen(cycleId) && !tables.lanes.isHolder(cycleId);
}

function isGivenBack(wish: Wish): boolean {
  return !hasEnded(wish) && (wish.lane === 'parked' || wish.lane === 'released');
}

/** Lane holders, and every started row: cycles that wait for a person, and those that only note that another answers. */
function watchedCycles(tables: InboxTables) {
  const holders = createScan<string, string>({
    first: '',
    limit: PAGE,
    read: (after, limit) => tables.lanes.holders({ after, limit }),
    keyOf: (cycleId) => cycleId,
  });
  const started = createScan({
    first: 0,
    limit: PAGE,
    read: (after, limit) => tables.rows.started({ after, limit }),
    keyOf: (row) => row.seq,
  });
  return {
    touch: () => {
      holders.touch();
      started.touch();
    },
    next: () => [...new Set([...holders.next(), ...started.next().map((row) => row.cycleId)])],
  };
}

function needsWriting(tables: InboxTables, { ended, givenBack, wanted }: Findings): boolean {
  const isGrantable = wanted.some((request) => tables.lanes.holderOf(request.subject) === null);
  return ended.length > 0 || givenBack.length > 0 || isGrantable;
}

/** Answers the cycles that came to their end with it. */
function write(tables: InboxTables, { ended, givenBack, wanted }: Findings, at: Date): readonly CycleEnded[] {
  const cycles = ended.flatMap(({ id, status }) => {
    const row = tables.rows.finish(id, { reason: null, at, isAnswered: status === 'completed' });
    return row === null ? [] : [toCycleEnded(row, { status, reason: null, at })];
  });
  for (const { id } of givenBack) {
    tables.lanes.release(id, at.getTime());
  }
  for (const { id, subject, fence } of wanted.filter((request) => tables.rows.isOpen(request.id))) {
    tables.lanes.grant({ cycleId: id, subject, fence }, at.getTime());
  }
  return cycles;
}
