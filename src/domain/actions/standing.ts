/** Does something stand as it was seen? */

import type { Json } from '../canonical-json.js';
import { canonicalJson } from '../canonical-json.js';
import type { NameOf } from '../name-of.js';
import type { Standing } from './row.js';

export interface Drift {
  readonly member: string;
  readonly was: Json;
  readonly is: Json;
}

/** The members that were seen and stand differently now. Nothing that was seen: no drift. */
export function driftOf(seen: Standing | null, now: Standing): readonly Drift[] {
  return Object.entries(seen ?? {})
    .map(([member, was]): Drift => ({ member, was, is: now[member] ?? null }))
    .filter(({ was, is }) => canonicalJson(was) !== canonicalJson(is));
}

/**
 * For a person: `the status is "Done", and was "To Do"`.
 * @param nameOf left out: an assignee's account id stands as it is
 */
export function driftSentence(drift: readonly Drift[], nameOf?: NameOf): string {
  return drift
    .map((one) => {
      const { was, is } = whereTheyDiffer(nameOf === undefined ? one : withNames(one, nameOf));
      return `the ${one.member} is ${spelled(is)}, and was ${spelled(was)}`;
    })
    .join('; ');
}

/**
 * All of it, old and new, where the sentence holds only the parts that differ; null where it holds everything.
 * @param nameOf left out: an assignee's account id stands as it is
 */
export function wholeDrift(drift: readonly Drift[], nameOf?: NameOf): string | null {
  const isCut = drift.some((one) => {
    const { was, is } = whereTheyDiffer(one);
    return was !== one.was || is !== one.is;
  });
  return isCut
    ? drift
        .map((one) => {
          const { member, was, is } = nameOf === undefined ? one : withNames(one, nameOf);
          return `The ${member} was:\n${inFull(was)}\n\nThe ${member} is now:\n${inFull(is)}`;
        })
        .join('\n\n')
    : null;
}

function inFull(value: Json): string {
  return typeof value === 'string' && value !== '' ? value : spelled(value);
}

/** Of what is watched only the assignee is an account. */
function withNames({ member, was, is }: Drift, nameOf: NameOf): Drift {
  const named = (value: Json) => (typeof value === 'string' && member === 'assignee' ? nameOf(value) : value);
  return { member, was: named(was), is: named(is) };
}

/** From this length on only the part of a text is told that changed. */
const LONG = 120;
/** So much of what is the same stands before and behind it. */
const AROUND = 20;

/** Of two long texts the parts that differ, each cut to what a person can compare; everything else as it is. */
export function whereTheyDiffer({ was, is }: Drift): Pick<Drift, 'was' | 'is'> {
  if (typeof was !== 'string' || typeof is !== 'string' || Math.max(was.length, is.length) < LONG) {
    return { was: shortened(was), is: shortened(is) };
  }
  const before = sharedFrom(was, is, (text, index) => text[index]);
  const rest = Math.min(was.length, is.length) - before;
  const behind = Math.min(
    rest,
    sharedFrom(was, is, (text, index) => text[text.length - 1 - index]),
  );
  const excerpt = (text: string) => {
    const from = Math.max(0, before - AROUND);
    const to = Math.min(text.length, text.length - behind + AROUND);
    const end = Math.min(to, from + LONG);
    return `${from > 0 ? '…' : ''}${text.slice(from, end)}${end < text.length ? '…' : ''}`;
  };
  return { was: excerpt(was), is: excerpt(is) };
}

function shortened(value: Json): Json {
  return typeof value === 'string' && value.length > LONG ? `${value.slice(0, LONG)}…` : value;
}

/** How many characters two texts share, counted as `at` counts. */
function sharedFrom(
  one: string,
  other: string,
  at: (text: string, index: number) => string | undefined,
): number {
  const most = Math.min(one.length, other.length);
  let shared = 0;
  while (shared < most && at(one, shared) === at(other, shared)) {
    shared += 1;
  }
  return shared;
}

function spelled(value: Json): string {
  return value === null ? 'empty' : JSON.stringify(value);
}
