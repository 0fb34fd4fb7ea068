/** Which of our own effects a comment or message may be, as the ledger knows them. */
import type { ActionKind } from './action.js';
import type { EventSource, PmEvent } from './event.js';
import { spokenIn } from './spoken.js';

export interface EffectQuery {
  readonly kinds: readonly ActionKind[];
  /** The vendor's id of the comment or message. */
  readonly remoteId: string;
  /** Where it stands: targets of actions that could have made it. */
  readonly targets: readonly string[];
}

const KINDS: { readonly [S in EventSource]: readonly ActionKind[] } = {
  jira: ['jira.comment'],
  bitbucket: ['bitbucket.pr_comment'],
  slack: ['slack.message', 'escalate'],
};

/** Null for an event that tells of no comment and no message. */
export function effectQueryOf(event: PmEvent): EffectQuery | null {
  const spoken = spokenIn(event);
  return spoken === null
    ? null
    : { kinds: KINDS[event.source], remoteId: spoken.id, targets: targetsOf(event) };
}

/** A message of ours that opened a thread was posted to the channel. An old Jira may name only the issue's id. */
function targetsOf(event: PmEvent): readonly string[] {
  const alias = 'channel' in event ? event.channel : 'issue' in event ? event.issue.key : null;
  return alias === null ? [event.subject] : [event.subject, `${event.source}:${alias}`];
}
