/** What makes one action of its kind graver than the kind is: then it is graded G3. */
import type { Action } from '../action.js';
import { callsEverybody } from '../output/mentions.js';
import { isPublic } from './jira-comment.js';

/**
 * Why this one is of grade G3 whatever its kind declares, as a part of a sentence ("customers read it"); null where it is
 * not. A move to a final status is not among them: the status's category tells, where facts are known (`riskOf`).
 */
export function raisedBy(action: Action): string | null {
  if (action.kind === 'jira.comment') {
    return isPublic(action.payload) ? 'customers read it' : null;
  }
  if (action.kind === 'jira.update_fields') {
    return action.payload.priority === null ? null : 'others work by the priority';
  }
  const isMessage = action.kind === 'slack.message' || action.kind === 'escalate';
  return isMessage && callsEverybody(action.payload.text) ? 'it calls a whole channel' : null;
}
