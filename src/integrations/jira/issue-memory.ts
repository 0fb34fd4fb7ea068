/** What was read of issues within the last minute. */
import type { IssueName, IssueReading } from './issue-reader.js';
import type { JiraUser } from './jira.js';

/** Nothing is used longer than that after Jira told it. Milliseconds. */
const KEPT_MS = 60_000;
/** Of all that is remembered, roughly. */
const MOST_CHARACTERS = 8_000_000;

interface Kept<T> {
  readonly at: number;
  readonly size: number;
  readonly value: T;
}

export interface IssueMemory {
  /** Null where it was not read within the last minute. */
  readingOf(name: IssueName): IssueReading | null;
  keepReading(reading: IssueReading): void;
  peopleOf(key: string): readonly JiraUser[] | null;
  keepPeople(key: string, people: readonly JiraUser[]): void;
}

export function createIssueMemory(clock: () => Date): IssueMemory {
  const readings = createShelf<IssueReading>(clock);
  const people = createShelf<readonly JiraUser[]>(clock);
  return {
    readingOf: ({ id, key }) =>
      id === null
        ? readings.find(({ issue }) => issue.key === key)
        : readings.find(({ issue }) => issue.id === id),
    keepReading: (reading) => {
      // What was taken over counts from when Jira told it.
      const at = Math.min(...Object.values(reading.origins).map(({ fetchedAt }) => Date.parse(fetchedAt)));
      readings.keep(reading.issue.id, reading, at);
    },
    peopleOf: (key) => people.get(key),
    keepPeople: (key, found) => people.keep(key, found, clock().getTime()),
  };
}

/** Oldest first; the oldest go where there is too much. */
function createShelf<T>(clock: () => Date) {
  const kept = new Map<string, Kept<T>>();
  const sweep = (): void => {
    let size = [...kept.values()].reduce((sum, one) => sum + one.size, 0);
    const tooOld = clock().getTime() - KEPT_MS;
    for (const [name, one] of kept) {
      if (one.at > tooOld && size <= MOST_CHARACTERS) {
        continue;
      }
      kept.delete(name);
      size -= one.size;
    }
  };
  return {
    get(name: string): T | null {
      sweep();
      return kept.get(name)?.value ?? null;
    },
    find(isIt: (value: T) => boolean): T | null {
      sweep();
      return [...kept.values()].find(({ value }) => isIt(value))?.value ?? null;
    },
    keep(name: string, value: T, at: number): void {
      kept.delete(name);
      kept.set(name, { at, size: JSON.stringify(value).length, value });
      sweep();
    },
  };
}
