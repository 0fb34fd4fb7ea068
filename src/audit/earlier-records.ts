/** What was decided before: on one subject, and where people taught something. */
import { type SqlBool, sql } from 'kysely';
import type { EarlierAction, EarlierCycle, EarlierMirror } from './earlier.js';
import { TEACHES } from './lessons-migration.js';
import { verdictCounts } from './verdict-counts.js';
import type { Writing } from './writing.js';

export function createEarlierMirror(writing: Writing): EarlierMirror {
  return {
    earlierCycles: (input) => earlierCycles(writing, input),
    lessons: (input) => lessons(writing, input),
    verdictCounts: (input) => verdictCounts(writing, input),
  };
}

const CYCLE_COLUMNS = [
  'cycles.id as cycleId',
  'cycles.subject',
  'cycles.event_type as eventType',
  'cycles.started_at as startedAt',
  'cycles.outcome',
  'cycles.summary',
] as const;

const ACTION_COLUMNS = [
  'actions.cycle_id as cycleId',
  'actions.kind',
  'actions.target',
  'actions.status',
  'approvals.decided_by_name as decidedBy',
  'approvals.reason',
  'approvals.proposed',
  'approvals.payload',
] as const;

async function earlierCycles(
  { db }: Writing,
  { subject, before, limit, acted = false }: Parameters<EarlierMirror['earlierCycles']>[0],
): Promise<readonly EarlierCycle[]> {
  const onSubject = db
    .selectFrom('cycles')
    .select(CYCLE_COLUMNS)
    .where('subject', '=', subject)
    .where('id', '!=', before)
    .where('coalesced_into', 'is', null)
    .where('id', 'not in', (select) => select.selectFrom('drills').select('cycle_id'));
  const wanted = acted
    ? onSubject.where((eb) =>
        eb.exists(
          eb.selectFrom('actions').select('actions.id').whereRef('actions.cycle_id', '=', 'cycles.id'),
        ),
      )
    : onSubject;
  const cycles = await wanted.orderBy('received_at', 'desc').limit(limit).execute();
  const actions = await db
    .selectFrom('actions')
    .leftJoin('approvals', 'approvals.action_id', 'actions.id')
    .select(ACTION_COLUMNS)
    .where(
      'actions.cycle_id',
      'in',
      cycles.map(({ cycleId }) => cycleId),
    )
    .where('actions.undoes', 'is', null)
    .orderBy('actions.seq')
    .execute();
  return cycles.map((cycle) => ({
    ...cycle,
    actions: actions.filter(({ cycleId }) => cycleId === cycle.cycleId).map(toEarlierAction),
  }));
}

async function lessons(
  { db }: Writing,
  { project, besides, limit }: Parameters<EarlierMirror['lessons']>[0],
): Promise<readonly EarlierCycle[]> {
  const rows = await db
    .selectFrom('approvals')
    .innerJoin('actions', 'actions.id', 'approvals.action_id')
    .innerJoin('cycles', 'cycles.id', 'approvals.cycle_id')
    .select([...CYCLE_COLUMNS, ...ACTION_COLUMNS])
    .where(sql<SqlBool>`(${sql.raw(TEACHES)})`)
    .where('approvals.decided_at', 'is not', null)
    .where('approvals.cycle_id', 'not in', (select) => select.selectFrom('drills').select('cycle_id'))
    .where('cycles.project', '=', project)
    .where('cycles.subject', '!=', besides)
    .orderBy('approvals.decided_at', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => {
    const { cycleId, subject, eventType, startedAt, outcome, summary } = row;
    return { cycleId, subject, eventType, startedAt, outcome, summary, actions: [toEarlierAction(row)] };
  });
}

interface ActionRow extends Omit<EarlierAction, 'edited'> {
  /** JSON, as the table has them. */
  readonly proposed: string | null;
  readonly payload: string | null;
}

function toEarlierAction({
  kind,
  target,
  status,
  decidedBy,
  reason,
  proposed,
  payload,
}: ActionRow): EarlierAction {
  const edited =
    proposed === null || payload === null
      ? null
      : { proposed: JSON.parse(proposed) as unknown, became: JSON.parse(payload) as unknown };
  return { kind, target, status, decidedBy, reason, edited };
}
