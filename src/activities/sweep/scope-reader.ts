import type { FoundChange, SweepPageInput } from '../../domain/sweep.js';

export interface ScopePage {
  /** Where the next page begins; null after the last. */
  readonly cursor: string | null;
  /** Things that were looked at. */
  readonly looked: number;
  /** What happened to them since `reportSince`, whoever did it and whether it is known or not. */
  readonly changes: readonly FoundChange[];
}

/** Reads one kind of scope, a page at a time. Throws what the vendor's client throws. */
export type ScopeReader = (input: SweepPageInput) => Promise<ScopePage>;

/** A change with its key, as the webhook of it would have been. */
export function found(event: FoundChange['event'], actorIds: readonly string[] = idsOf(event)): FoundChange {
  return { event, actorIds };
}

function idsOf({ actor }: FoundChange['event']): readonly string[] {
  return actor === null ? [] : [actor.id];
}

/** Both ISO 8601 UTC; what has no time is no change that could be placed. */
export function isSince(at: string | null, since: string): at is string {
  return at !== null && !Number.isNaN(Date.parse(at)) && Date.parse(at) >= Date.parse(since);
}
