/** Where a yes sends nothing: said before and after it, in the same words on every surface. */
import type { ActionKind, ActionStatus } from './action.js';
import { ACTIONS } from './actions/index.js';
import { type AutonomyLevel, keyName, NO_PROJECT } from './autonomy.js';
import type { EventSource } from './event.js';

/** May writes leave for this vendor (AGENT_MODE)? */
export type Acts = Readonly<Record<EventSource, boolean>>;

export interface Suggestible {
  readonly kind: ActionKind;
  /** Where it writes to; null, as the level, where no level was asked about. */
  readonly project: string | null;
  readonly level: AutonomyLevel | null;
  readonly status: ActionStatus;
}

/** Whatever holds by now: of these something went. */
const WENT: ReadonlySet<ActionStatus> = new Set<ActionStatus>(['executed', 'undone', 'unknown']);

/** Why an approval of this sends nothing, without a full stop; null where what is approved is sent. */
export function whyNothingSent({ kind, project, level, status }: Suggestible, acts: Acts): string | null {
  if (WENT.has(status)) {
    return null;
  }
  if (level === 'propose') {
    const key = keyName({ kind, project: project ?? NO_PROJECT });
    return `${key} is at the level propose, so whoever agrees does it by hand`;
  }
  return acts[ACTIONS[kind].service] ? null : 'pm-agent runs in simulation (AGENT_MODE)';
}

/** "Suggestion only: your answer is recorded, nothing is sent (…)" */
export function suggestionSentence(why: string): string {
  return `Suggestion only: your answer is recorded, nothing is sent (${why})`;
}
