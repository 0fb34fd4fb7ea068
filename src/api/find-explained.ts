/** What an id of any kind belongs to: the way from something that a person saw back to the cycle that led to it. */
import type { ActionsTable } from '../audit/schema.js';
import { isStatusNote } from '../domain/actions/status-note.js';
import { idInLink } from '../domain/id-in-link.js';
import type { ApiDeps } from './deps.js';
import { HttpError, notFound } from './http-error.js';

export interface Explained {
  readonly cycleId: string;
  /** Null where the id is of no single action. */
  readonly actionId: string | null;
}

/**
 * Finds an action by its own id, its approval's, the id that the vendor gave what it made (a comment's id, a message's ts), or the
 * ts of a message that asked about it or told of it; a cycle by its id or its event's. The link of a comment or a message
 * stands for its id. An event that was answered together with another leads to the cycle that did.
 * Throws 404, and 409 where vendors gave one id to several effects.
 */
export function findExplained(deps: Pick<ApiDeps, 'mirror' | 'inbox'>, idOrLink: string): Explained {
  const { mirror, inbox } = deps;
  const id = idInLink(idOrLink);
  const action = mirror.getAction(id) ?? mirror.getAction(mirror.getApproval(id)?.action_id ?? '');
  if (action !== null) {
    return { cycleId: action.cycle_id, actionId: action.id };
  }
  const [made, ...others] = effectsCalled(mirror, id);
  if (made !== undefined && others.length === 0) {
    return { cycleId: made.cycle_id, actionId: made.id };
  }
  if (made !== undefined) {
    throw ambiguous(id, [made, ...others]);
  }
  const row = inbox.byCycle(id) ?? inbox.get(id);
  const cycleId = row?.coalescedInto ?? row?.cycleId ?? mirror.getCycle(id)?.cycle.id ?? null;
  if (cycleId === null) {
    throw notFound(`${id} (as a comment, message, action, approval, event or cycle of the agent)`);
  }
  return { cycleId, actionId: null };
}

/** What made the thing of this id; else, where it is a message about requests, the actions that these are about. */
function effectsCalled(mirror: ApiDeps['mirror'], id: string): readonly ActionsTable[] {
  const made = latestOfNote(mirror.actionsMaking(id));
  return made.length > 0 ? made : mirror.actionsToldIn(id);
}

/** Whoever asks for a status note means what it says now: the action that wrote it last. */
function latestOfNote(made: readonly ActionsTable[]): readonly ActionsTable[] {
  const [first] = made;
  const areOneNote = made.every(
    ({ kind, target, payload }) =>
      kind === first?.kind &&
      target === first.target &&
      isStatusNote(JSON.parse(payload) as Parameters<typeof isStatusNote>[0]),
  );
  const written = made.filter(({ status, undoes }) => status === 'executed' && undoes === null);
  return areOneNote ? (written.length === 0 ? made : written).slice(-1) : made;
}

function ambiguous(id: string, made: readonly { readonly id: string; readonly target: string }[]): HttpError {
  const which = made.map((one) => `${one.id} (on ${one.target})`).join(', ');
  return new HttpError(
    409,
    'ambiguous',
    `${id} is the id of several effects; ask for one of them: ${which}`,
    {
      details: { actionIds: made.map((one) => one.id) },
    },
  );
}
