/** What the agent can do to the world: actions of any kind, asked about through what their kind declares (domain/actions). */
import { ACTIONS } from './actions/index.js';
import type { ActionPayloads } from './actions/payloads.js';
import type { ActionRow, AllowedTargets, Standing } from './actions/row.js';
import type { ContextFacts } from './context.js';
import type { NameOf } from './name-of.js';

export type ActionKind = keyof ActionPayloads;

/** One action of kind K. Distributes over unions, so `Action` is a discriminated union. */
export type Action<K extends ActionKind = ActionKind> = {
  [P in K]: { readonly kind: P; readonly payload: ActionPayloads[P] };
}[K];

export const ACTION_KINDS: readonly ActionKind[] = Object.keys(ACTIONS) as ActionKind[];

export type ActionStatus =
  | 'proposed'
  | 'denied'
  | 'awaiting_approval'
  | 'approved'
  | 'rejected'
  | 'expired'
  | 'executing'
  | 'executed'
  | 'simulated'
  | 'failed'
  | 'unknown'
  | 'obsolete'
  | 'undone';

/** The thing an action touches, as an event's subject names it. */
export function targetOf(action: Action): string {
  return ask(action, (row, payload) => row.target.of(payload));
}

/** The project, repository or channel that is written to; null: that of the event. */
export function projectsWrittenTo(action: Action): readonly string[] {
  return ask(action, (row, payload) => row.target.projects(payload));
}

/** Why code refuses its target whatever policy says; null where it does not. */
export function targetRefusal(action: Action, allowed: AllowedTargets): string | null {
  return ask(action, (row, payload) => row.target.refusal(payload, allowed));
}

/** Why it would change nothing: all that it wants stands so. Null where it changes something, or nothing tells. */
export function alreadySo(action: Action, allowed: AllowedTargets): string | null {
  return ask(action, (row, payload) => row.preconditions.already(payload, allowed));
}

/** What the decision saw of what this would change; null where nothing has to stand still for it. */
export function seenBy(action: Action, facts: ContextFacts): Standing | null {
  return ask(action, (row, payload) => row.preconditions.seen(payload, facts));
}

/** Does it change how something stands, where others only add words to a conversation? */
export function changesState(kind: ActionKind): boolean {
  return ACTIONS[kind].changes === 'state';
}

/**
 * One line for a person: "Comment on PAY-142".
 * @param nameOf left out: account ids stand as they are
 */
export function describeAction(action: Action, nameOf?: NameOf): string {
  return ask(action, ({ preview }, payload) =>
    preview.line(nameOf === undefined ? payload : preview.named(payload, nameOf)),
  );
}

/** The words an action would put before people, or null where it writes none. */
export function textOf(action: Action): string | null {
  return ask(action, (row, payload) => row.preview.words(payload));
}

/** The same action with each of its texts for people rewritten. */
export function rewritten(action: Action, rewrite: (text: string) => string): Action {
  const payload = ask(
    action,
    (row, own) => row.preview.rewritten(own, rewrite) as ActionPayloads[ActionKind],
  );
  return { kind: action.kind, payload } as Action;
}

function ask<R>(action: Action, question: <P>(row: ActionRow<P>, payload: P) => R): R {
  return askAs(action.kind, action.payload, question);
}

function askAs<K extends ActionKind, R>(
  kind: K,
  payload: ActionPayloads[K],
  question: <P>(row: ActionRow<P>, payload: P) => R,
): R {
  return question<ActionPayloads[K]>(ACTIONS[kind], payload);
}
