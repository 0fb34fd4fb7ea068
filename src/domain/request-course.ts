/** The course that a request takes where nobody decides: kept with it when it is shown, and told wherever it is shown. */
import type { ShownAction } from './cycle.js';
import type { OnExpiry } from './policy.js';

/** Who was reminded so often is not helped by more. */
export const MOST_REMINDERS = 3;

export interface RequestCourse {
  /** Left out: nobody is reminded. */
  readonly remindAfterMs?: number;
  /** Who may decide too after so long, the soonest first; ids. Left out: nobody. */
  readonly further?: readonly FurtherApprovers[];
  /** Left out: `drop`. */
  readonly onExpiry?: Exclude<OnExpiry, 'drop'>;
}

export interface FurtherApprovers {
  readonly afterMs: number;
  readonly people: readonly string[];
}

/** As it was settled when the plan was made. */
export function courseOf({
  waits,
  backups = [],
  escalation = [],
  onExpiry,
}: Pick<ShownAction, 'waits' | 'backups' | 'escalation' | 'onExpiry'>): RequestCourse {
  const { remindAfterMs, secondApproverAfterMs } = waits ?? {};
  const second =
    secondApproverAfterMs === undefined ? [] : [{ afterMs: secondApproverAfterMs, people: backups }];
  const further = [...second, ...escalation.map(({ afterMs, deciders }) => ({ afterMs, people: deciders }))]
    .filter(({ people }) => people.length > 0)
    .toSorted((one, other) => one.afterMs - other.afterMs);
  return {
    ...(remindAfterMs === undefined ? {} : { remindAfterMs }),
    ...(further.length === 0 ? {} : { further }),
    ...(onExpiry === undefined ? {} : { onExpiry }),
  };
}

export interface StoredCourse {
  /** JSON `RequestCourse`; `{}` in rows from before it was kept. */
  readonly course: string;
  /** 1 once nobody decided until the first deadline and it was asked once more. */
  readonly asked_again: number;
}

/** What still lies before a request that was written down: it is asked once more no more than once. */
export function storedCourse({ course, asked_again }: StoredCourse): RequestCourse {
  const { onExpiry, ...rest } = JSON.parse(course) as RequestCourse;
  return onExpiry === undefined || (onExpiry === 'ask_again' && asked_again === 1)
    ? rest
    : { ...rest, onExpiry };
}

const AT_THE_DEADLINE: { readonly [E in OnExpiry]: string } = {
  drop: 'nothing is sent',
  escalate: 'nothing is sent, and the team’s lead is told',
  ask_again: 'it is asked once more, for as long again; then nothing is sent',
};

/** "nothing is sent, and the team’s lead is told": what happens where nobody decides in time. */
export function atTheDeadline(onExpiry: OnExpiry = 'drop'): string {
  return AT_THE_DEADLINE[onExpiry];
}
