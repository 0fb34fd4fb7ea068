/** What makes one action of its kind graver than the kind is: then it is graded G3. */
import type { Action, ActionKind } from '../action.js';
import { callsEverybody } from '../output/mentions.js';
import { isPublic } from './jira-comment.js';

/** Why, as a part of a sentence, and which kinds of action it can be so of. */
export const RAISING = {
  customers: { why: 'customers read it', kinds: ['jira.comment'] },
  priority: { why: 'others work by the priority', kinds: ['jira.update_fields'] },
  everybody: { why: 'it calls a whole channel', kinds: ['slack.message', 'escalate'] },
} as const satisfies Readonly<
  Record<string, { readonly why: string; readonly kinds: readonly ActionKind[] }>
>;

/**
 * Why this one is of grade G3 whatever its kind declares, as a part of a sentence ("customers read it"); null where it is
 * not. A move to a final status is not among them: the status's category tells, where facts are known (`riskOf`).
 */
export function raisedBy(action: Action): string | null {
  if (action.kind === 'jira.comment') {
    return isPublic(action.payload) ? RAISING.customers.why : null;
  }
  if (action.kind === 'jira.update_fields') {
    return action.payload.priority === null ? null : RAISING.priority.why;
  }
  const isMessage = action.kind === 'slack.message' || action.kind === 'escalate';
  return isMessage && callsEverybody(action.payload.text) ? RAISING.everybody.why : null;
}
