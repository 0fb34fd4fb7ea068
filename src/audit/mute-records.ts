/** Who told the agent to be quiet where. Of a subject's commands the one said last holds, whichever came first. */
import type { Mute, MuteOutcome } from '../domain/mute.js';
import type { MirrorWriter, SaidMute } from './mirror.js';
import type { MuteCommandsTable } from './noise-tables.js';
import { audit, inTransaction, type Trx, type Writing } from './writing.js';

type Kept = MuteCommandsTable['outcome'];

/** In their order. Idempotent within a cycle: asked again, the outcomes are the same. */
export function recordMuteCommands(
  writing: Writing,
  { cycleId, commands }: Parameters<MirrorWriter['recordMuteCommands']>[0],
): ReturnType<MirrorWriter['recordMuteCommands']> {
  return inTransaction(writing, async (trx) => {
    const at = writing.now();
    const outcomes: MuteOutcome[] = [];
    for (const command of commands) {
      outcomes.push((await knownOutcome(trx, cycleId, command)) ?? (await obey(trx, at, cycleId, command)));
    }
    return outcomes;
  });
}

/** Null for a command that was not heard before; an edited comment may hold another one now. */
async function knownOutcome(
  trx: Trx,
  cycleId: string,
  { subject, saidIn, command }: SaidMute,
): Promise<Kept | 'repeated' | null> {
  const known = await trx
    .selectFrom('mute_commands')
    .select(['command', 'outcome', 'cycle_id'])
    .where('subject', '=', subject)
    .where('said_in', '=', saidIn)
    .executeTakeFirst();
  if (known === undefined || known.command !== command) {
    return null;
  }
  return known.cycle_id === cycleId ? known.outcome : 'repeated';
}

/** A comment that was edited replaces what it said before, unless the older of the two came later. */
async function obey(trx: Trx, at: string, cycleId: string, said: SaidMute): Promise<Kept> {
  const { subject, command, saidIn, saidAt, by, eventId } = said;
  const outcome = outcomeOf(said, await latest(trx, subject));
  const replaced = await trx
    .deleteFrom('mute_commands')
    .where('subject', '=', subject)
    .where('said_in', '=', saidIn)
    .where('said_at', '<=', saidAt)
    .executeTakeFirst();
  const row = {
    subject,
    command,
    said_in: saidIn,
    said_at: saidAt,
    by_id: by.id,
    by_name: by.name,
    outcome,
    event_id: eventId,
    cycle_id: cycleId,
    recorded_at: at,
  };
  await trx
    .insertInto('mute_commands')
    .values(row)
    .onConflict((conflict) => conflict.columns(['subject', 'said_in']).doNothing())
    .execute();
  const isEdit = Number(replaced.numDeletedRows) > 0;
  const data = { subject, command, saidIn, saidAt, by, eventId, outcome, isEdit };
  const actor = `${subject.split(':', 1)[0] ?? ''}:${by.id}`;
  await audit(trx, at, cycleId, `${command}.${outcome}`, data, { key: `${saidIn}/${saidAt}`, actor });
  return outcome;
}

type Latest = Pick<MuteCommandsTable, 'command' | 'said_at'>;

function outcomeOf({ command, saidAt }: SaidMute, before: Latest | undefined): Kept {
  if (before !== undefined && before.said_at > saidAt) {
    return 'overtaken';
  }
  return (before?.command ?? 'unmute') === command ? 'unchanged' : 'obeyed';
}

/** Null where nobody muted it, or somebody took that back. The mute that was obeyed is shown, not a later repetition. */
export async function muteOf({ db }: Pick<Writing, 'db'>, subject: string): Promise<Mute | null> {
  const last = await latest(db, subject);
  if (last?.command !== 'mute') {
    return null;
  }
  const shown = (await latest(db, subject, 'obeyed')) ?? last;
  return { by: { id: shown.by_id, name: shown.by_name }, since: shown.said_at };
}

function latest(db: Writing['db'], subject: string, outcome: Kept | null = null) {
  const said = db
    .selectFrom('mute_commands')
    .select(['command', 'said_at', 'by_id', 'by_name'])
    .where('subject', '=', subject)
    .orderBy('said_at', 'desc')
    .orderBy('seq', 'desc')
    .limit(1);
  return (outcome === null ? said : said.where('outcome', '=', outcome)).executeTakeFirst();
}
