/** How people watch over the agent, measured from what the mirror recorded. */
import type { MeasuredRow, MirrorReader } from '../audit/mirror-reader.js';
import { type Action, type ActionKind, textOf } from '../domain/action.js';
import {
  costPerEffect,
  type DoneWork,
  type OverseenRequest,
  type Oversight,
  oversightOf,
  type RequestOutcome,
} from '../domain/oversight.js';
import { concernsOf, suggestionsOf } from '../domain/oversight-concerns.js';
import type { WorkCalendar } from '../domain/work-calendar.js';
import { workedMs, workSpans } from '../domain/working-time.js';

const DAY_MS = 86_400_000;

export interface MeasuredOversight extends Oversight {
  readonly concerns: readonly string[];
  readonly suggestions: readonly string[];
}

/** As pm-agent.yaml has it now: working hours of before are measured by it too. */
export interface MeasuredTeam {
  readonly id: string;
  /** Null or left out: it works always. */
  readonly calendar?: WorkCalendar | null;
}

export interface OversightReport {
  /** ISO 8601 UTC. */
  readonly since: string;
  readonly asOf: string;
  /** USD that the model cost for all events of that time, and for each thing that was done. */
  readonly cost: { readonly total: number; readonly effects: number; readonly perEffect: number | null };
  readonly overall: MeasuredOversight;
  readonly byKind: readonly (MeasuredOversight & { readonly kind: string })[];
}

/** Of what was asked in the last `days`. */
export function oversightReport(
  mirror: Pick<MirrorReader, 'measuredSince' | 'workSince'>,
  days: number,
  { now, teams }: { readonly now: Date; readonly teams: readonly MeasuredTeam[] },
): OversightReport {
  const since = new Date(now.getTime() - days * DAY_MS).toISOString();
  const rows = mirror.measuredSince(since);
  const worked = createWorkClock(teams, rows, Date.parse(since));
  const requests = rows.map((row) => toOverseen(row, worked));
  const { cost, effects } = mirror.workSince(since);
  const kinds = [...new Set([...requests, ...effects].map(({ kind }) => kind))].toSorted();
  const done = sumOf(effects);
  return {
    since,
    asOf: now.toISOString(),
    cost: { total: cost, effects: done.executed, perEffect: costPerEffect(cost, done.executed) },
    overall: measured(requests, done),
    byKind: kinds.map((kind) => ({
      kind,
      ...measured(
        requests.filter((one) => one.kind === kind),
        sumOf(effects.filter((one) => one.kind === kind)),
      ),
    })),
  };
}

function sumOf(work: readonly DoneWork[]): DoneWork {
  return {
    executed: work.reduce((sum, one) => sum + one.executed, 0),
    undone: work.reduce((sum, one) => sum + one.undone, 0),
  };
}

function measured(requests: readonly OverseenRequest[], done: DoneWork): MeasuredOversight {
  const oversight = oversightOf(requests, done);
  return { ...oversight, concerns: concernsOf(oversight), suggestions: suggestionsOf(oversight) };
}

type WorkClock = (team: string | null, from: number, to: number) => number;

/** Each team's working time is laid out once, up to the last decision. */
function createWorkClock(
  teams: readonly MeasuredTeam[],
  rows: readonly MeasuredRow[],
  since: number,
): WorkClock {
  const until = Math.max(since, ...rows.map((row) => Date.parse(row.decided_at ?? row.asked_at)));
  const spans = new Map(
    teams.flatMap(({ id, calendar = null }) =>
      calendar === null ? [] : [[id, workSpans(calendar, since, until)] as const],
    ),
  );
  return (team, from, to) => {
    const ofTeam = spans.get(team ?? '');
    return ofTeam === undefined ? Math.max(0, to - from) : workedMs(ofTeam, from, to);
  };
}

function toOverseen(row: MeasuredRow, worked: WorkClock): OverseenRequest {
  const kind = row.kind as ActionKind;
  const askedAt = Date.parse(row.asked_at);
  const decidedAt = row.decided_at === null ? null : Date.parse(row.decided_at);
  return {
    kind,
    askedAt,
    shownAt: Date.parse(row.shown_at ?? row.asked_at),
    decidedAt,
    workedMs: decidedAt === null ? null : worked(row.team, askedAt, decidedAt),
    risk: row.risk,
    outcome: outcomeOf(row),
    shown: wordsOf(kind, row.payload),
    proposed: row.proposed === null ? null : wordsOf(kind, row.proposed),
  };
}

function outcomeOf({ status, proposed, payload }: MeasuredRow): RequestOutcome {
  if (status === 'approved') {
    return proposed === null || proposed === payload ? 'clean' : 'edited';
  }
  return status === 'rejected' || status === 'expired' ? status : 'open';
}

/** Its words, where it has some: the rest of a payload is names of things. */
function wordsOf(kind: ActionKind, payload: string): string {
  return textOf({ kind, payload: JSON.parse(payload) as unknown } as Action) ?? payload;
}
