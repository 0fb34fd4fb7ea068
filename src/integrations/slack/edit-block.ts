/** One member of a payload in the form that edits it: typed, or chosen among people. */
import type { InputBlock, PlainTextInput, PlainTextOption, StaticSelect } from '@slack/types';
import type { Choosing, FormInput, Nameable } from '../../domain/edited-payload.js';
import { visibleText } from '../../domain/markup/outgoing-text.js';
import { EDIT_INPUT, NOBODY } from './approval-button.js';
import { cut, plain } from './block-text.js';

/** Slack's own for what is typed. */
export const TYPED_LIMIT = 3_000;

/** Of a list (docs.slack.dev, "Select menu element" and "Option object"). */
const MOST_OPTIONS = 100;
const OPTION_TEXT = 75;
/** The page says 150, Slack's own types (@slack/types) say 75; no account id of Jira's Cloud is longer. */
const OPTION_VALUE = 75;

export function editBlock(input: FormInput): InputBlock {
  const { name, label, mayBeEmpty, choose } = input;
  const block = { type: 'input', block_id: name, optional: mayBeEmpty } as const;
  if (choose === null) {
    return { ...block, label: plain(label, 200), element: typed(input) };
  }
  const element = listOf(choose, input.value);
  return element === null
    ? { ...block, label: plain(label, 200), hint: plain(whyTyped(choose), 150), element: typed(input) }
    : { ...block, label: plain(choose.label, 200), element };
}

function typed({ value, isLong }: FormInput): PlainTextInput {
  return {
    type: 'plain_text_input',
    action_id: EDIT_INPUT,
    multiline: isLong,
    max_length: TYPED_LIMIT,
    ...(value === '' ? {} : { initial_value: value }),
  };
}

/** Null where no list of Slack's holds them. */
function listOf({ people, nobody }: Choosing, now: string): StaticSelect | null {
  const fits = people.every(({ id }) => id.length <= OPTION_VALUE);
  if (people.length === 0 || people.length >= MOST_OPTIONS || !fits) {
    return null;
  }
  const none = option(NOBODY, nobody);
  const options = [none, ...labelled(people)];
  return {
    type: 'static_select',
    action_id: EDIT_INPUT,
    placeholder: plain('Choose somebody', 150),
    options,
    initial_option: options.find(({ value }) => value === now) ?? none,
  };
}

/** By name. Two of one name are told apart by their accounts. */
function labelled(people: readonly Nameable[]): readonly PlainTextOption[] {
  const shown = people.map(({ id, name }) => ({
    id,
    name: cut(visibleText(name).trim(), OPTION_TEXT) || id,
  }));
  const isShared = (name: string) => shown.filter((one) => one.name === name).length > 1;
  return shown
    .toSorted((left, right) => left.name.localeCompare(right.name, 'en'))
    .map(({ id, name }) => option(id, isShared(name) ? `${cut(name, 30)} (${id.slice(-40)})` : name));
}

function option(value: string, text: string): PlainTextOption {
  return { text: plain(text, OPTION_TEXT), value };
}

function whyTyped({ people }: Choosing): string {
  return people.length === 0
    ? 'Who can be named is not known here (any more): type the account id that Jira shows.'
    : 'More people, or longer ids, than a list in Slack holds: type the account id that Jira shows.';
}
