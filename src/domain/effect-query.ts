/** Which of our own effects a comment or message may be, as the ledger knows them. */
import { ACTION_KINDS, type ActionKind, changesState } from './action.js';
import { ACTIONS } from './actions/index.js';
import type { EventSource, PmEvent } from './event.js';
import { spokenIn } from './spoken.js';

export interface EffectQuery {
  readonly kinds: readonly ActionKind[];
  /** The vendor's id of the comment or message. */
  readonly remoteId: string;
  /** Where it stands: targets of actions that could have made it. */
  readonly targets: readonly string[];
}

/** Null for an event that tells of no comment and no message. */
export function effectQueryOf(event: PmEvent): EffectQuery | null {
  const spoken = spokenIn(event);
  return spoken === null
    ? null
    : { kinds: speakingAt(event.source), remoteId: spoken.id, targets: targetsOf(event) };
}

/** The kinds that leave a comment or a message at this vendor. */
function speakingAt(source: EventSource): readonly ActionKind[] {
  return ACTION_KINDS.filter((kind) => !changesState(kind) && ACTIONS[kind].service === source);
}

/** A message of ours that opened a thread was posted to the channel. An old Jira may name only the issue's id. */
function targetsOf(event: PmEvent): readonly string[] {
  const alias = 'channel' in event ? event.channel : 'issue' in event ? event.issue.key : null;
  return alias === null ? [event.subject] : [event.subject, `${event.source}:${alias}`];
}
