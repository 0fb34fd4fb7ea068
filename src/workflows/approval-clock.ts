/** When a waiting request is looked at again without anybody's doing. Moments are absolute, so that they survive everything. */
import { patched } from '@temporalio/workflow';
import type { RequestMoments } from '../domain/cycle.js';

export type MomentKind = 'remind' | 'second' | 'step';

export interface Moment {
  readonly kind: MomentKind;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Of a `step`: ids of who may decide too from then on. */
  readonly people?: readonly string[];
}

export function momentsOf({ remindAt, secondAt, steps = [] }: RequestMoments): readonly Moment[] {
  return [
    ...remindAt.map((at): Moment => ({ kind: 'remind', at: Date.parse(at) })),
    ...(secondAt === null ? [] : [{ kind: 'second' as const, at: Date.parse(secondAt) }]),
    ...stepsOf(steps),
  ];
}

/** Older code set no timers for them. */
function stepsOf(steps: NonNullable<RequestMoments['steps']>): readonly Moment[] {
  return steps.length > 0 && patched('escalation-in-steps')
    ? steps.map(({ at, people }): Moment => ({ kind: 'step', at: Date.parse(at), people }))
    : [];
}

/** Whoever put it off is reminded when that is over, and not before; further people are asked all the same. */
export function snoozedMoments(moments: readonly Moment[], until: number): readonly Moment[] {
  return [
    ...moments.filter(({ kind, at }) => kind !== 'remind' || at > until),
    { kind: 'remind' as const, at: until },
  ];
}
