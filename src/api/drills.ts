/** Drills: an admin starts one, and reads what people made of those that are over. */
import { randomUUID } from 'node:crypto';
import type { EndedDrill } from '../audit/drills.js';
import type { MirrorReader } from '../audit/mirror-reader.js';
import type { GivenApproval } from '../domain/approval.js';
import type { DrillInput } from '../domain/drill.js';
import { cycleIdFor } from '../domain/event.js';

/** More are old news. */
const COUNTED = 1_000;

/** Caught and missed alone make the rate: of the others nobody can tell whether they were read. */
export interface CatchRate {
  readonly caught: number;
  readonly missed: number;
  /** Null where there was neither. */
  readonly rate: number | null;
}

export interface DrillReport {
  readonly overall: CatchRate;
  /** By the id of whoever decided, in the order of their ids: it is for each of them, and no ranking. */
  readonly byApprover: readonly (CatchRate & { readonly id: string })[];
  readonly drills: readonly EndedDrill[];
}

export function drillReport(mirror: Pick<MirrorReader, 'endedDrills'>): DrillReport {
  const drills = mirror.endedDrills(COUNTED);
  const verdicts = drills.flatMap(verdictsOf);
  const ids = [...new Set(verdicts.map(({ id }) => id))].toSorted();
  const count = (outcome: EndedDrill['outcome']) => drills.filter((one) => one.outcome === outcome).length;
  return {
    overall: rateOf(count('caught'), count('missed')),
    byApprover: ids.map((id) => {
      const own = verdicts.filter((one) => one.id === id);
      const caught = own.filter((one) => one.caught).length;
      return { id, ...rateOf(caught, own.length - caught) };
    }),
    drills,
  };
}

interface PersonVerdict {
  readonly id: string;
  readonly caught: boolean;
}

/** Whoever approved missed it, also where somebody else then caught it. A claimed name is nobody's verdict. */
function verdictsOf({ outcome, decidedBy, channel, given }: EndedDrill): readonly PersonVerdict[] {
  const approvers = (JSON.parse(given) as readonly GivenApproval[]).map(({ by }) => by.id);
  const decided = decidedBy === null || channel === 'temporal' ? [] : [decidedBy];
  const missed =
    outcome === 'edited' ? [] : [...new Set([...approvers, ...(outcome === 'missed' ? decided : [])])];
  const caught = outcome === 'caught' ? decided : [];
  return [...missed.map((id) => ({ id, caught: false })), ...caught.map((id) => ({ id, caught: true }))];
}

function rateOf(caught: number, missed: number): CatchRate {
  const all = caught + missed;
  return { caught, missed, rate: all === 0 ? null : caught / all };
}

/** A new one, under ids that tell nobody what it is. */
export function newDrill(startedBy: string, approvalTimeoutMs: number): DrillInput {
  const id = randomUUID();
  return { drillId: `drill-${id}`, cycleId: cycleIdFor('jira', id), startedBy, approvalTimeoutMs };
}
