/** Takes an action back for a person: checked against the mirror, then carried out by a workflow of its own. */
import { randomUUID } from 'node:crypto';
import type { MirrorReader } from '../audit/mirror-reader.js';
import type { ActionsTable } from '../audit/schema.js';
import type { ActionKind, ActionStatus } from '../domain/action.js';
import { ACTIONS } from '../domain/actions/index.js';
import { actorOf, type Decider } from '../domain/approval.js';
import type { ActionResult } from '../domain/cycle.js';
import { canBeFound, type UndoInput, undoIdOf } from '../domain/undo.js';
import type { AuditNote, Inbox } from '../inbox/inbox.js';
import { awaitAction, type Patience } from './await-action.js';
import { HttpError, notFound } from './http-error.js';
import type { RefuseUndo } from './undo-right.js';

/** Of the workflow of a try. */
export type StartedUndo = 'under way' | 'over';

export interface UndoDeps {
  readonly mirror: Pick<MirrorReader, 'getAction' | 'undosOf'>;
  readonly inbox: Pick<Inbox, 'saveRefusal'>;
  readonly refuse: RefuseUndo;
  /** Starts the workflow, or finds the one that was started before. Throws `HttpError` 503 where Temporal is away. */
  readonly start: (input: UndoInput) => Promise<StartedUndo>;
  readonly clock: () => Date;
  readonly patience?: Patience;
}

export interface Undo {
  /**
   * Null where it is on its way and no worker has answered. Throws `HttpError` 403, 404, 409, 503; a 403 is on its way into the
   * audit log then, once for each `requestId`.
   */
  undo(actionId: string, by: Decider, requestId?: string): Promise<Undone | null>;
  /** Somebody wanted it whom nobody knows. On its way into the audit log, once for each `requestId`. */
  noteRefusal(refused: {
    readonly actionId: string;
    readonly by: Decider;
    readonly why: string;
    readonly requestId: string;
  }): Promise<void>;
}

export interface Undone {
  /** As it stands then. */
  readonly action: ActionsTable;
  /** It had been taken back before. */
  readonly wasBefore: boolean;
  /** What could not be put back, as sentences; null where everything was. */
  readonly remark: string | null;
}

const PATIENCE = { waitMs: 10_000, everyMs: 100 };

/** A try that is not over. */
const OPEN: ReadonlySet<ActionStatus> = new Set<ActionStatus>(['approved', 'executing']);

export function createUndo(deps: UndoDeps): Undo {
  const { mirror, start, clock, patience = PATIENCE } = deps;
  return {
    async undo(actionId, by, requestId = randomUUID()) {
      const action = mirror.getAction(actionId);
      if (action === null) {
        throw notFound(`action ${actionId}`);
      }
      const why = deps.refuse(action, by);
      // Asked before anything else: what stands there is told to those alone who may take it back.
      if (why !== null) {
        await noteRefusal(deps, { actionId, by, why, requestId });
        throw new HttpError(403, 'not_allowed', why);
      }
      if (action.status === 'undone') {
        return { action, wasBefore: true, remark: remarkOf(mirror.undosOf(actionId)) };
      }
      assertReversible(action, clock());
      const undoId = await begin({ mirror, start }, actionId, by);
      const tried = await awaitAction(mirror, undoId, patience, ({ status }) => !OPEN.has(status));
      if (tried === null) {
        return null;
      }
      assertUndone(tried);
      const now = mirror.getAction(actionId) ?? action;
      return { action: now, wasBefore: false, remark: remarkOf([tried]) };
    },
    noteRefusal: (refused) => noteRefusal(deps, refused),
  };
}

/** Counted with the refused decisions of the same person: a log that one of them could fill tells nothing. */
async function noteRefusal(
  { mirror, inbox, clock }: UndoDeps,
  { actionId, by, why, requestId }: Parameters<Undo['noteRefusal']>[0],
): Promise<void> {
  const note: AuditNote = {
    id: requestId,
    at: clock().toISOString(),
    cycleId: mirror.getAction(actionId)?.cycle_id ?? null,
    kind: 'undo.refused',
    actor: actorOf(by),
    data: { actionId, by: by.id, byName: by.name, why },
  };
  await inbox.saveRefusal(note, by);
}

function remarkOf(tries: readonly ActionsTable[]): string | null {
  const done = tries.find(({ status }) => status === 'executed');
  return (JSON.parse(done?.result ?? '{}') as Partial<ActionResult>).remark ?? null;
}

/**
 * The try that is under way, else a new one. Two that are asked for at once have the same id, and are one. A try whose
 * workflow is over without an end in the mirror (it was terminated, or a restore lost the end) will never have one: the next
 * one looks at the target before it does anything.
 */
async function begin(
  { mirror, start }: Pick<UndoDeps, 'mirror' | 'start'>,
  actionId: string,
  by: Decider,
): Promise<string> {
  const isEnded = (undoId: string) => {
    const row = mirror.getAction(undoId);
    return row !== null && !OPEN.has(row.status);
  };
  for (let n = 1; ; n++) {
    const undoId = undoIdOf(actionId, n);
    if (isEnded(undoId)) {
      continue;
    }
    const started = await start({ actionId, undoId, by });
    // It may have come to its end since it was looked for.
    if (started === 'under way' || isEnded(undoId)) {
      return undoId;
    }
  }
}

function assertReversible(action: ActionsTable, now: Date): void {
  const { id, status, undoes, ended_at } = action;
  if (undoes !== null) {
    throw new HttpError(409, 'not_reversible', `${id} takes another action back: an undo is not undone`);
  }
  if (status !== 'executed') {
    const why =
      status === 'unknown' ? 'say first whether it was done (settle)' : 'there is nothing to take back';
    throw new HttpError(409, 'not_done', `${id} is ${status}: ${why}`);
  }
  const { inverse } = ACTIONS[action.kind as ActionKind];
  if (!inverse.reversible) {
    throw new HttpError(409, 'not_reversible', `${action.kind} cannot be taken back: ${inverse.why}`);
  }
  if (action.remote_id === null && action.stood === null && !isLookedFor(action)) {
    throw new HttpError(
      409,
      'not_done',
      action.last_intent_at === null
        ? `${id} sent nothing that these records know of: what it wanted stood so already, or a restore lost it`
        : `how ${action.target} stood before ${id} was not kept: put it back by hand`,
    );
  }
  const until = undoableUntil(action);
  if (until !== null && until.getTime() < now.getTime()) {
    throw new HttpError(
      409,
      'too_late',
      `${id} was done at ${ended_at ?? ''} and could be taken back until ${until.toISOString()}`,
    );
  }
}

function isLookedFor({ kind, last_intent_at }: ActionsTable): boolean {
  return canBeFound(kind as ActionKind, last_intent_at !== null);
}

/** Null where it cannot be taken back at all. */
export function undoableUntil({ kind, ended_at }: ActionsTable): Date | null {
  const { inverse } = ACTIONS[kind as ActionKind];
  return !inverse.reversible || ended_at === null ? null : new Date(Date.parse(ended_at) + inverse.windowMs);
}

function assertUndone({ id, status, result }: ActionsTable): void {
  if (status === 'executed') {
    return;
  }
  const { message = `it is ${status}` } = JSON.parse(result ?? '{}') as { readonly message?: string };
  throw new HttpError(409, status === 'obsolete' ? 'changed_since' : 'not_undone', message, {
    details: { undoId: id, status },
  });
}
