/** When a waiting request is looked at again without anybody's doing. Moments are absolute, so that they survive everything. */
import type { RequestMoments } from '../domain/cycle.js';

export type MomentKind = 'remind' | 'second';

export interface Moment {
  readonly kind: MomentKind;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export function momentsOf({ remindAt, secondAt }: RequestMoments): readonly Moment[] {
  return [
    ...remindAt.map((at): Moment => ({ kind: 'remind', at: Date.parse(at) })),
    ...(secondAt === null ? [] : [{ kind: 'second' as const, at: Date.parse(secondAt) }]),
  ];
}

/** Whoever put it off is reminded when that is over, and not before; further people are asked all the same. */
export function snoozedMoments(moments: readonly Moment[], until: number): readonly Moment[] {
  return [
    ...moments.filter(({ kind, at }) => kind === 'second' || at > until),
    { kind: 'remind' as const, at: until },
  ];
}
