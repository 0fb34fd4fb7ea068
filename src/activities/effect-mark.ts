/** The marks of an effect: what it is found by at its vendor, by this cycle and by any other that answers the same change. */
import { createHmac } from 'node:crypto';
import { canonicalJson } from '../domain/canonical-json.js';
import { changeNames } from '../domain/change-key.js';
import { type CycleInput, eventsOf, type PlannedAction } from '../domain/cycle.js';
import { type EffectMark, lookedForSince } from '../domain/effect.js';
import type { PmEvent } from '../domain/event.js';
import { fingerprint } from './fingerprint.js';

const HEX_DIGITS = 24;

/**
 * `key` is this installation's own (it is kept in the mirror, and so in every backup): whoever knows a change's name
 * cannot make a mark of it, and so cannot make the agent believe that it has answered.
 */
export function effectMark(
  key: string,
  cycle: Pick<CycleInput, 'cycleId' | 'event' | 'alsoAnswers'>,
  planned: Pick<PlannedAction, 'actionId' | 'action' | 'ordinal'>,
): EffectMark {
  const which = planned.ordinal ?? planned.actionId.slice(cycle.cycleId.length + 1);
  const markOf = (name: string) =>
    createHmac('sha256', key)
      .update(canonicalJson([name, planned.action.kind, which]))
      .digest('hex')
      .slice(0, HEX_DIGITS);
  return {
    actionId: planned.actionId,
    answers: eventsOf(cycle).map((event) => markOf(namesOf(event).written)),
    sought: namesOf(cycle.event).sought.map(markOf),
    // An answer is younger than what it answers.
    since: lookedForSince(cycle.event.occurredAt),
  };
}

/** A change without a name of its own is known by all that was told of it. */
function namesOf(event: PmEvent): NonNullable<ReturnType<typeof changeNames>> {
  const name = `event:${fingerprint(event)}`;
  return changeNames(event) ?? { written: name, sought: [name] };
}
