/** A payload as a form shows it, and as it comes back: texts on the way, the payload's own types at both ends. */
import type { Action } from './action.js';
import { ACTIONS } from './actions/index.js';
import type { ChooseWords, EditField } from './actions/row.js';
import type { Json } from './canonical-json.js';

/** One input of a form. */
export interface FormInput {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly isLong: boolean;
  readonly mayBeEmpty: boolean;
  /** Null where it is none of the people. */
  readonly choose: Choosing | null;
}

export interface Choosing extends ChooseWords {
  /** Who can be named, whoever it is now among them; nobody where they are not known: then the account's id is typed. */
  readonly people: readonly Nameable[];
}

/** Somebody by their account at the vendor. */
export interface Nameable {
  readonly id: string;
  readonly name: string;
}

type Kind = EditField<never>['as'];

/** A text that came back, as the member's type; `problem` says in half a sentence why it is none. */
type Read = { readonly value: Json } | { readonly problem: string };

interface Conversion {
  readonly isLong: boolean;
  readonly mayBeEmpty: boolean;
  readonly read: (text: string) => Read;
}

const CONVERSIONS: { readonly [K in Kind]: Conversion } = {
  words: { isLong: true, mayBeEmpty: false, read: needed },
  line: { isLong: false, mayBeEmpty: false, read: (text) => needed(text.trim()) },
  lineOrNothing: {
    isLong: false,
    mayBeEmpty: true,
    read: (text) => ({ value: text.trim() === '' ? null : text.trim() }),
  },
  lineOrEmpty: { isLong: false, mayBeEmpty: true, read: (text) => ({ value: text.trim() }) },
  list: { isLong: true, mayBeEmpty: true, read: (text) => ({ value: linesOf(text) }) },
  numberOrNothing: { isLong: false, mayBeEmpty: true, read: numberOrNothing },
};

/**
 * What a person may change of this action, filled in.
 * @param people those of its issue, as a member that is one of them may name them; none where they are not known
 */
export function formInputs(action: Action, people: readonly Nameable[]): readonly FormInput[] {
  const payload = action.payload as unknown as Readonly<Record<string, Json>>;
  return fieldsOf(action).map(({ name, label, as, choose }) => {
    const { isLong, mayBeEmpty } = CONVERSIONS[as];
    const value = textOf(payload[name] ?? null);
    const from = choose === undefined ? null : { ...choose, people: withNow(people, value) };
    return { name, label, value, isLong, mayBeEmpty, choose: from };
  });
}

function withNow(people: readonly Nameable[], now: string): readonly Nameable[] {
  return people.length === 0 || now === '' || people.some(({ id }) => id === now)
    ? people
    : [...people, { id: now, name: now }];
}

/**
 * The payload with what was typed in place; what the form does not show stays. A text that a person left alone leaves its
 * member as it is. `problems`: by the name of the input.
 */
export function editedPayload(
  action: Action,
  typed: Readonly<Record<string, string>>,
):
  | { readonly payload: Readonly<Record<string, Json>> }
  | { readonly problems: Readonly<Record<string, string>> } {
  const payload: Record<string, Json> = { ...(action.payload as unknown as Record<string, Json>) };
  const problems: Record<string, string> = {};
  for (const { name, as } of fieldsOf(action)) {
    const text = typed[name] ?? '';
    const read = CONVERSIONS[as].read(text);
    if ('problem' in read) {
      problems[name] = read.problem;
    } else if (text !== textOf(payload[name] ?? null)) {
      payload[name] = read.value;
    }
  }
  return Object.keys(problems).length === 0 ? { payload } : { problems };
}

function fieldsOf({ kind }: Action): readonly EditField<never>[] {
  return ACTIONS[kind].editable;
}

function textOf(value: Json): string {
  if (Array.isArray(value)) {
    return value.join('\n');
  }
  return typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value);
}

function needed(text: string): Read {
  return text.trim() === '' ? { problem: 'is empty: write something, or reject it' } : { value: text };
}

function linesOf(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function numberOrNothing(text: string): Read {
  const trimmed = text.trim();
  if (trimmed === '') {
    return { value: null };
  }
  return /^\d+(\.\d+)?$/.test(trimmed)
    ? { value: Number(trimmed) }
    : { problem: 'is no number like 3 or 0.5' };
}
