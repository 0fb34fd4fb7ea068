/** The one short answer that a person gets for `mute` and `unmute`. */
import type { SaidMute } from '../../audit/mirror.js';
import type { Action } from '../../domain/action.js';
import type { PlannedAction } from '../../domain/cycle.js';
import type { PmEvent } from '../../domain/event.js';
import { subjectScope } from '../../domain/limit.js';
import type { MuteOutcome } from '../../domain/mute.js';
import { OWN_RULE_NAMES } from '../../domain/rule-names.js';
import { type CodeActionDeps, codeAction } from '../code-action.js';

/** What was said, in which event, and what became of it. */
export interface ObeyedOrder extends SaidMute {
  readonly event: PmEvent;
  readonly outcome: MuteOutcome;
}

/** One for all orders of a cycle: the state that the last of them leaves. Null where there is nothing to say. */
export function acknowledge(
  cycleId: string,
  orders: readonly ObeyedOrder[],
  rules: CodeActionDeps,
): PlannedAction | null {
  const last = orders.findLast((order) => textFor(order) !== null);
  const text = last === undefined ? null : textFor(last);
  const action = last === undefined || text === null ? null : replyTo(last.event, text);
  if (last === undefined || action === null) {
    return null;
  }
  const acknowledgement = {
    actionId: `${cycleId}.m1`,
    action,
    origin: 'command',
    rule: OWN_RULE_NAMES.acknowledgement,
    refusal: null,
    countsAgainst: [subjectScope(last.subject)],
  } as const;
  return codeAction(acknowledgement, last.event, rules);
}

/** Being quiet already is no news. */
function textFor({ command, outcome }: ObeyedOrder): string | null {
  if (outcome === 'obeyed') {
    return command === 'mute'
      ? 'I am muted here and stay quiet until somebody asks me to `unmute`.'
      : 'I am back here.';
  }
  return outcome === 'unchanged' && command === 'unmute' ? 'I was not muted here.' : null;
}

/** Where it was said; null where nothing was. */
export function replyTo(event: PmEvent, text: string): Action | null {
  if ('ts' in event) {
    const { channel, threadTs } = event;
    return { kind: 'slack.message', payload: { channel, threadTs, text } };
  }
  if ('pullRequest' in event) {
    const { repository, pullRequest } = event;
    return {
      kind: 'bitbucket.pr_comment',
      payload: { repository, pullRequestId: pullRequest.id, body: text },
    };
  }
  return 'comment' in event
    ? { kind: 'jira.comment', payload: { issueKey: event.issue.key ?? event.issue.id ?? '', body: text } }
    : null;
}
