/** Levels of autonomy as they change: by an admin's order, and by what people took back or turned down. */
import {
  type AutonomyKey,
  type AutonomyRules,
  demoted,
  type HeldLevel,
  isLess,
  keyName,
  type LevelOrder,
  levelOf,
  sameKey,
} from '../domain/autonomy.js';
import { canonicalJson } from '../domain/canonical-json.js';
import { announcementId, wishForAlert } from './alert-wishes.js';
import type { AutonomyMirror, Lapse } from './autonomy.js';
import type { AutonomyLevelsTable } from './autonomy-table.js';
import { appendAudit } from './chain.js';
import type { ActionsTable } from './schema.js';
import { inTransaction, type Trx, type Writing } from './writing.js';

export function createAutonomyMirror(writing: Writing): AutonomyMirror {
  return {
    heldLevels: () => heldLevels(writing.db),
    changeLevel: (order, rules) =>
      inTransaction(writing, (trx) => changeLevel(trx, writing.now(), order, rules)),
    noteLapse: (lapse) => inTransaction(writing, (trx) => noteLapse(trx, writing.now(), lapse)),
    announce: ({ actionId, place, text, canBeTakenBack }) =>
      inTransaction(writing, (trx) =>
        wishForAlert(trx, writing.now(), {
          id: announcementId(actionId),
          about: 'autonomy',
          place,
          text,
          ...(canBeTakenBack ? { actionId } : {}),
        }),
      ),
  };
}

async function heldLevels(db: Writing['db'] | Trx): Promise<readonly HeldLevel[]> {
  const rows = await db
    .selectFrom('autonomy_levels')
    .select(['kind', 'project', 'level', 'at as since'])
    .where('seq', 'in', (select) =>
      select
        .selectFrom('autonomy_levels')
        .select((eb) => eb.fn.max('seq').as('seq'))
        .groupBy(['kind', 'project']),
    )
    .execute();
  return rows as readonly HeldLevel[];
}

async function changeLevel(trx: Trx, at: string, order: LevelOrder, rules: AutonomyRules): Promise<boolean> {
  if (await isKnown(trx, order.id)) {
    return true;
  }
  const { level } = levelOf(rules, await heldLevels(trx), order);
  if (level !== order.from) {
    return false;
  }
  const { id, kind, project, from, to, by, actor, why, evidence } = order;
  await insertLevel(
    trx,
    at,
    { kind, project, was: from, level: to, by_id: by.id, by_name: by.name, why, evidence, cause: id },
    actor,
  );
  return true;
}

/** What a level was lost for is counted from when it began: nothing is punished twice. */
export async function noteLapse(trx: Trx, at: string, lapse: Lapse): Promise<void> {
  const cause = `${lapse.what}/${lapse.id}`;
  const action = await trx
    .selectFrom('actions')
    .selectAll()
    .where('id', '=', lapse.actionId)
    .executeTakeFirst();
  const key = action === undefined ? null : keyOf(action);
  if (action === undefined || key === null || (await isKnown(trx, cause)) || (await isDrill(trx, action))) {
    return;
  }
  const held = await heldLevels(trx);
  const { level } = levelOf(lapse.rules, held, key);
  const next = demoted(level, lapse.rules.floor);
  const why = next === null ? null : await whyDemoted(trx, at, lapse, key, held);
  if (next === null || why === null) {
    return;
  }
  const evidence = { [lapse.what]: lapse.id, actionId: action.id };
  const by = { by_id: 'agent', by_name: 'the agent' };
  await insertLevel(trx, at, { ...key, was: level, level: next, ...by, why, evidence, cause }, 'agent');
  const text = `${keyName(key)}: the agent may do less by itself, ${next} instead of ${level}, because ${why}. An admin can change that: pm-agent autonomy promote ${key.kind} ${key.project}`;
  const { team } = await trx
    .selectFrom('cycles')
    .select('team')
    .where('id', '=', action.cycle_id)
    .executeTakeFirstOrThrow();
  for (const place of lapse.placesOf(team)) {
    await wishForAlert(trx, at, { id: `demoted-${lapse.id}-${place}`, about: 'autonomy', place, text });
  }
}

/** Turning one down speaks for whoever read it, and against nothing that the agent proposed. */
async function isDrill(trx: Trx, { cycle_id }: ActionsTable): Promise<boolean> {
  const drill = await trx
    .selectFrom('drills')
    .select('id')
    .where('cycle_id', '=', cycle_id)
    .executeTakeFirst();
  return drill !== undefined;
}

/** Null: it costs nothing. */
async function whyDemoted(
  trx: Trx,
  at: string,
  { what, actionId, rules }: Lapse,
  key: AutonomyKey,
  held: readonly HeldLevel[],
): Promise<string | null> {
  if (what === 'undo') {
    return `${actionId} was taken back`;
  }
  const began = held.find((one) => sameKey(one, key))?.since ?? '';
  const windowBegan = new Date(Date.parse(at) - rules.withinMs).toISOString();
  const { count } = await trx
    .selectFrom('approvals')
    .innerJoin('actions', 'actions.id', 'approvals.action_id')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('actions.kind', '=', key.kind)
    .where('actions.project', '=', key.project)
    .where('actions.level', 'is not', null)
    .where('approvals.status', '=', 'rejected')
    .where('approvals.cycle_id', 'not in', (select) => select.selectFrom('drills').select('cycle_id'))
    .where('approvals.decided_at', '>', began > windowBegan ? began : windowBegan)
    .executeTakeFirstOrThrow();
  const days = Math.round(rules.withinMs / 86_400_000);
  return count < rules.demoteAfterRejections
    ? null
    : `${count} of its requests were rejected within ${days} days`;
}

/** Null for what no level was asked about: what code decided on, and plans from before there were levels. */
function keyOf({ kind, project, level }: ActionsTable): AutonomyKey | null {
  return level === null || project === null ? null : { kind: kind as AutonomyKey['kind'], project };
}

async function isKnown(trx: Trx, cause: string): Promise<boolean> {
  const known = await trx
    .selectFrom('autonomy_levels')
    .select('seq')
    .where('cause', '=', cause)
    .executeTakeFirst();
  return known !== undefined;
}

type NewLevel = Omit<AutonomyLevelsTable, 'seq' | 'at' | 'evidence'> & {
  readonly evidence: Readonly<Record<string, unknown>>;
};

async function insertLevel(trx: Trx, at: string, change: NewLevel, actor: string): Promise<void> {
  const { kind, project, level, was, by_id, by_name, why, evidence, cause } = change;
  await trx
    .insertInto('autonomy_levels')
    .values({ ...change, at, evidence: canonicalJson(evidence) })
    .execute();
  const what = isLess(level, was) ? 'autonomy.demoted' : 'autonomy.promoted';
  const data = { kind, project, level, was, by: by_id, byName: by_name, why, evidence };
  await appendAudit(trx, { at, cycleId: null, kind: what, actor, data, key: `${what}/${cause}` });
}
