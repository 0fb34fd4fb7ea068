import type { Context } from '../domain/context.js';
import { type CycleInput, eventsOf } from '../domain/cycle.js';
import { flagsOf } from '../domain/flags/flags-of.js';

/** A context with the flags of all that stands in it and in the events: asked again of whatever was read since. */
export function flagged(context: Context, cycle: Pick<CycleInput, 'event' | 'alsoAnswers'>): Context {
  const { flags: _before, ...read } = context;
  const flags = flagsOf(eventsOf(cycle), read);
  return flags.length === 0 ? read : { ...read, flags };
}
