/**
 * What the values of options and arguments may be. They are read before anything is done, so that whatever else is given is wrong
 * usage (exit 2): the message names the option and what was given, and says what it takes.
 */
import { InvalidArgumentError } from 'commander';
import { DURATION_HINT, parseDuration } from '../config/duration.js';
import { EVENT_SOURCES } from '../domain/event.js';

/** Answers what was given; throws where it is none of what the option takes. */
type Read = (text: string) => string;

/** A listing's. */
const PAGE_LIMIT = 500;
/** Days that a report looks back. */
const MOST_DAYS = 400;
/** Characters of what a person gives for the record. */
const WORDS_LIMIT = 2_000;

export const limit = wholeNumber(1, PAGE_LIMIT);
export const days = wholeNumber(1, MOST_DAYS);
export const source = oneOf(EVENT_SOURCES);
export const words = wordsUpTo(WORDS_LIMIT);

export function oneOf(allowed: readonly string[]): Read {
  return (text) => (allowed.includes(text) ? text : refuse(`Write one of ${allowed.join(', ')}.`));
}

export function wholeNumber(least: number, most: number): Read {
  const isRight = (text: string) => /^\d{1,9}$/.test(text) && Number(text) >= least && Number(text) <= most;
  return (text) => (isRight(text) ? text : refuse(`Write a whole number from ${least} to ${most}.`));
}

export function numberFrom(least: number, most: number): Read {
  const isRight = (text: string) =>
    /^\d{1,9}(\.\d{1,9})?$/.test(text) && Number(text) >= least && Number(text) <= most;
  return (text) => (isRight(text) ? text : refuse(`Write a number from ${least} to ${most}.`));
}

const ISO = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** A day is its beginning in UTC; a time says its zone, or it would mean another one on each machine. */
export function time(text: string): string {
  return ISO.test(text) && !Number.isNaN(Date.parse(text))
    ? text
    : refuse('Write a day or a time with its zone, like 2026-12-01 or 2026-12-01T09:00:00Z.');
}

/** One that leads to a moment that there is. */
export function duration(text: string): string {
  const milliseconds = parseDuration(text) ?? 0;
  const isRight = milliseconds > 0 && !Number.isNaN(new Date(Date.now() + milliseconds).getTime());
  return isRight ? text : refuse(`Write ${DURATION_HINT}, longer than nothing.`);
}

/** Long enough that no other payload begins with it by chance. */
export function hashThatWasRead(text: string): string {
  return /^[0-9a-f]{8,64}$/.test(text)
    ? text
    : refuse('Write eight characters or more of the hash that approvals and show print.');
}

export function hashBeginning(text: string): string {
  return /^[0-9a-f]{1,64}$/.test(text)
    ? text
    : refuse('Write the beginning of a hash as show prints it: 0-9 and a-f.');
}

export function wordsUpTo(most: number): Read {
  return (text) =>
    text.trim() !== '' && text.trim().length <= most ? text : refuse(`Write 1 to ${most} characters.`);
}

function refuse(allowed: string): never {
  throw new InvalidArgumentError(allowed);
}
