/**
 * The limit that breaks loops: at most `limits.actionsPerSubjectPerHour` effects in any hour on one subject, and as many
 * in answer to one bot. Pure; the times come from the ledger.
 */

export const HOUR_MS = 60 * 60 * 1_000;

/** What an effect counts against. */
export interface LimitScope {
  /** `subject:jira:PAY-1`, `bot:jira:712020:…`. */
  readonly key: string;
  /** For a person: "on jira:PAY-1", "in answer to the bot Linter". */
  readonly name: string;
}

/** A scope that has had as many effects as it may. */
export interface OverLimit {
  readonly scope: LimitScope;
  readonly limit: number;
  readonly count: number;
  /** ISO 8601 UTC: the first effect of the last hour. */
  readonly since: string;
  /** ISO 8601 UTC: from when on the next may go. */
  readonly freesAt: string;
}

export function subjectScope(subject: string): LimitScope {
  return { key: `subject:${subject}`, name: `on ${subject}` };
}

/** Times up to and including this one are too long ago to count. ISO 8601 UTC. */
export function windowStart(now: string): string {
  return new Date(Date.parse(now) - HOUR_MS).toISOString();
}

/** Is there no room for another effect now? `times`: of the effects so far, ISO 8601 UTC, in any order. */
export function overLimit(
  scope: LimitScope,
  times: readonly string[],
  limit: number,
  now: string,
): OverLimit | null {
  const start = windowStart(now);
  const counted = times.filter((time) => time > start).toSorted();
  const [since] = counted;
  const leaves = counted[counted.length - limit];
  return since === undefined || leaves === undefined
    ? null
    : {
        scope,
        limit,
        count: counted.length,
        since,
        freesAt: new Date(Date.parse(leaves) + HOUR_MS).toISOString(),
      };
}

/** The sentence that refuses: which limit, how many, since when, and when the next may go. */
export function limitSentence({ scope, limit, count, since, freesAt }: OverLimit): string {
  return `the breaker is open: ${count} ${count === 1 ? 'action' : 'actions'} ${scope.name} since ${since}, and limits.actionsPerSubjectPerHour allows ${limit}; the next may go at ${freesAt}`;
}
