/** How people watch over the agent, measured from what the mirror recorded. */
import type { MeasuredRow, MirrorReader } from '../audit/mirror-reader.js';
import { type Action, type ActionKind, textOf } from '../domain/action.js';
import {
  concernsOf,
  type OverseenRequest,
  type Oversight,
  oversightOf,
  type RequestOutcome,
} from '../domain/oversight.js';

const DAY_MS = 86_400_000;

export interface MeasuredOversight extends Oversight {
  readonly concerns: readonly string[];
}

export interface OversightReport {
  /** ISO 8601 UTC. */
  readonly since: string;
  readonly asOf: string;
  readonly overall: MeasuredOversight;
  readonly byKind: readonly (MeasuredOversight & { readonly kind: string })[];
}

/** Of what was asked in the last `days`. */
export function oversightReport(
  mirror: Pick<MirrorReader, 'measuredSince'>,
  days: number,
  now: Date,
): OversightReport {
  const since = new Date(now.getTime() - days * DAY_MS).toISOString();
  const requests = mirror.measuredSince(since).map(toOverseen);
  const kinds = [...new Set(requests.map(({ kind }) => kind))].toSorted();
  return {
    since,
    asOf: now.toISOString(),
    overall: measured(requests),
    byKind: kinds.map((kind) => ({ kind, ...measured(requests.filter((one) => one.kind === kind)) })),
  };
}

function measured(requests: readonly OverseenRequest[]): MeasuredOversight {
  const oversight = oversightOf(requests);
  return { ...oversight, concerns: concernsOf(oversight) };
}

function toOverseen(row: MeasuredRow): OverseenRequest {
  const kind = row.kind as ActionKind;
  return {
    kind,
    askedAt: Date.parse(row.asked_at),
    decidedAt: row.decided_at === null ? null : Date.parse(row.decided_at),
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
