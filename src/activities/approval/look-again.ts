/** Between an approval and its effect, in cycles from before the effect looked by itself: does the target stand as it was shown? */
import { Context } from '@temporalio/activity';
import type { StepActivities } from '../contract.js';
import type { ActivityDeps } from '../dependencies.js';
import { findDrift } from './drift.js';

/** A target that cannot be read for so long is left to the effect itself. */
const MOST_TRIES = 10;

export function createLookAgain(deps: ActivityDeps): StepActivities['lookAgain'] {
  return (approved) => findDrift(deps, approved, () => Context.current().info.attempt < MOST_TRIES);
}
