/** The rows of outages and alerts. */
import { randomUUID } from 'node:crypto';
import { windowStart } from '../domain/limit.js';
import { wishForAlert } from './alert-wishes.js';
import { appendAudit } from './chain.js';
import type { AlertRow, CircuitMirror, FailingVendor } from './circuits.js';
import { inTransaction, type Trx, type Writing } from './writing.js';

/** In one round. */
const MOST_ALERTS = 20;
/** Between two tries. */
const LONGEST_PAUSE_MS = 15 * 60_000;

export function createCircuitMirror(writing: Writing): CircuitMirror {
  const { db } = writing;
  const update = async (id: string, set: Readonly<Record<string, string | null>>): Promise<void> => {
    await db.updateTable('alerts').set(set).where('id', '=', id).execute();
  };
  return {
    failing: (failing) => noteFailing(writing, failing),
    closed: (target) => noteClosed(writing, target),
    due: () => due(writing),
    sending: (id) => update(id, { sent_at: writing.now() }),
    notSent: (id) => update(id, { sent_at: null }),
    told: ({ id, taken_back: takenBack }, ts) =>
      inTransaction(writing, async (trx) => {
        await trx.updateTable('alerts').set({ ts }).where('id', '=', id).execute();
        await trx
          .updateTable('alerts')
          .set({ told_at: writing.now() })
          .where('id', '=', id)
          .where('taken_back', 'is', takenBack)
          .execute();
      }),
    failed: async (id, nextAt) => {
      await db
        .updateTable('alerts')
        .set((eb) => ({ attempts: eb('attempts', '+', 1), next_at: nextAt }))
        .where('id', '=', id)
        .execute();
    },
    end: (id, ended) => update(id, { ended }),
  };
}

/** What is put off for longer than any pause lasts was so by a clock that was set back since: it is due. */
function due(writing: Writing): Promise<readonly AlertRow[]> {
  const at = writing.now();
  const latest = new Date(Date.parse(at) + LONGEST_PAUSE_MS).toISOString();
  return writing.db
    .selectFrom('alerts')
    .selectAll()
    .where('told_at', 'is', null)
    .where('ended', 'is', null)
    .where((eb) => eb.or([eb('next_at', 'is', null), eb('next_at', '<=', at), eb('next_at', '>', latest)]))
    .orderBy('wished_at')
    .limit(MOST_ALERTS)
    .execute();
}

function noteFailing(writing: Writing, failing: FailingVendor): Promise<void> {
  return inTransaction(writing, async (trx) => {
    const at = writing.now();
    const { target, kind, message } = failing;
    const before = await trx
      .selectFrom('circuits')
      .selectAll()
      .where('target', '=', target)
      .executeTakeFirst();
    const isNew = before === undefined || before.closed_at !== null;
    const isDue = before === undefined || before.alerted_at <= windowStart(at);
    const row = {
      kind,
      message,
      opened_at: isNew ? at : before.opened_at,
      closed_at: null,
      alerted_at: isDue ? at : before.alerted_at,
    };
    await trx
      .insertInto('circuits')
      .values({ target, ...row })
      .onConflict((conflict) => conflict.column('target').doUpdateSet(row))
      .execute();
    const told = isDue ? await wishAlerts(trx, at, failing) : [];
    if (isNew || told.length > 0) {
      const entry = isNew ? 'circuit.opened' : 'circuit.alerted';
      await auditCircuit(trx, at, entry, { target, kind, message, told, alerted: isDue });
    }
  });
}

async function wishAlerts(
  trx: Trx,
  at: string,
  { target, text, places }: FailingVendor,
): Promise<readonly string[]> {
  for (const place of places) {
    await wishForAlert(trx, at, { id: `alert-${randomUUID()}`, about: target, place, text });
  }
  return places;
}

function noteClosed(writing: Writing, target: string): Promise<void> {
  return inTransaction(writing, async (trx) => {
    const at = writing.now();
    const closed = await trx
      .updateTable('circuits')
      .set({ closed_at: at })
      .where('target', '=', target)
      .where('closed_at', 'is', null)
      .executeTakeFirst();
    await trx
      .updateTable('alerts')
      .set({ ended: 'over before it could be told' })
      .where('target', '=', target)
      .where('told_at', 'is', null)
      .where('ended', 'is', null)
      .execute();
    if (Number(closed.numUpdatedRows) > 0) {
      await auditCircuit(trx, at, 'circuit.closed', { target });
    }
  });
}

function auditCircuit(
  trx: Trx,
  at: string,
  kind: string,
  data: Readonly<Record<string, unknown>>,
): Promise<void> {
  return appendAudit(trx, { at, cycleId: null, kind, actor: 'agent', data, key: `${kind}/${randomUUID()}` });
}
