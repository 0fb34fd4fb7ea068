/** What the schemas of pm-agent.yaml are made of: each says what it expects where something else stands. */
import { z } from 'zod';
import { DURATION_HINT, parseDuration } from './duration.js';

export function unexpected(expected: string) {
  return (issue: { input?: unknown }) =>
    issue.input === undefined
      ? `is missing; write ${expected}`
      : `${JSON.stringify(issue.input)} is not ${expected}`;
}

export function words(expected: string) {
  return z.string({ error: unexpected(expected) }).min(1, { error: unexpected(expected) });
}

export function pattern(shape: RegExp, expected: string) {
  return z.string({ error: unexpected(expected) }).regex(shape, { error: unexpected(expected) });
}

export function oneOf<const T extends readonly [string, ...string[]]>(values: T) {
  return z.enum(values, { error: unexpected(`one of ${values.join(', ')}`) });
}

export function oneOrMore<T extends z.ZodType>(member: T) {
  return z.union([member, z.array(member).min(1)]);
}

export function amount(fallback: number) {
  return z
    .number({ error: unexpected('a number') })
    .nonnegative({ error: unexpected('a number of 0 or more') })
    .default(fallback);
}

export function count(fallback: number) {
  return z
    .int({ error: unexpected('a whole number') })
    .min(1, { error: unexpected('a whole number of 1 or more') })
    .default(fallback);
}

export function list<T extends z.ZodType>(member: T) {
  return z.array(member, { error: unexpected('a list') });
}

export const duration = z
  .string({ error: unexpected(DURATION_HINT) })
  .refine((value) => parseDuration(value) !== null, { error: unexpected(DURATION_HINT) });

/** Does this stretch of a day, `HH:MM-HH:MM`, end at the time at which it begins? */
export function isEmptySpan(span: string): boolean {
  const [from, to] = span.split('-');
  return from === to;
}
