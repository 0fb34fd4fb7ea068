/** What Slack refuses in blocks and views (docs.slack.dev, "Block Kit", limits as of 2026). Only what is documented in numbers. */
import { isDeepStrictEqual } from 'node:util';
import { at, isRecord, listAt, textAt } from '../loose-json.js';

const MOST_MESSAGE_BLOCKS = 50;
const MOST_VIEW_BLOCKS = 100;
/** Of all blocks of a message together, as JSON: measured by others (slackapi/bolt-js#2509), documented nowhere. */
const LONGEST_MESSAGE_BLOCKS = 13_200;

type Rule = (block: unknown) => boolean;

function within(value: unknown, limit: number, ...path: readonly string[]): boolean {
  const found = at(value, ...path);
  return found === undefined || (typeof found === 'string' && found.length > 0 && found.length <= limit);
}

function most(value: unknown, limit: number, ...path: readonly string[]): boolean {
  return listAt(value, ...path).length <= limit;
}

const BLOCKS: Readonly<Record<string, Rule>> = {
  header: (block) => within(block, 150, 'text', 'text') && at(block, 'text', 'type') === 'plain_text',
  section: (block) =>
    (at(block, 'text') !== undefined || listAt(block, 'fields').length > 0) &&
    within(block, 3_000, 'text', 'text') &&
    most(block, 10, 'fields'),
  context: (block) => listAt(block, 'elements').length > 0 && most(block, 10, 'elements'),
  actions: (block) =>
    listAt(block, 'elements').length > 0 &&
    most(block, 25, 'elements') &&
    listAt(block, 'elements').every((element) => textAt(element, 'type') !== 'button' || isButton(element)),
  rich_text: (block) => listAt(block, 'elements').every((element) => textAt(element, 'type') !== null),
  input: (block) =>
    within(block, 2_000, 'label', 'text') &&
    within(block, 2_000, 'hint', 'text') &&
    (textAt(block, 'element', 'type') !== 'static_select' || isList(at(block, 'element'))),
};

const MOST_OPTIONS = 100;

/** A select menu with a list of its own, each value in it once; groups of options nobody here sends. */
function isList(select: unknown): boolean {
  const options = listAt(select, 'options');
  const initial = at(select, 'initial_option');
  return (
    options.length > 0 &&
    options.length <= MOST_OPTIONS &&
    options.every(isOption) &&
    new Set(options.map((option) => textAt(option, 'value'))).size === options.length &&
    (initial === undefined || options.some((option) => isDeepStrictEqual(option, initial))) &&
    within(select, 150, 'placeholder', 'text') &&
    within(select, 255, 'action_id')
  );
}

function isOption(option: unknown): boolean {
  const texts = [textAt(option, 'text', 'text'), textAt(option, 'value')];
  return (
    texts.every((text) => text !== null) &&
    at(option, 'text', 'type') === 'plain_text' &&
    within(option, 75, 'text', 'text') &&
    within(option, 150, 'value')
  );
}

function isButton(button: unknown): boolean {
  return (
    within(button, 75, 'text', 'text') &&
    at(button, 'text', 'type') === 'plain_text' &&
    within(button, 255, 'action_id') &&
    within(button, 2_000, 'value') &&
    within(button, 3_000, 'url') &&
    within(button, 100, 'confirm', 'title', 'text') &&
    within(button, 300, 'confirm', 'text', 'text') &&
    within(button, 30, 'confirm', 'confirm', 'text')
  );
}

/** Types that are not listed here are taken as they come. */
function fits(block: unknown): boolean {
  const type = textAt(block, 'type');
  const rule = type !== null && Object.hasOwn(BLOCKS, type) ? BLOCKS[type] : undefined;
  return type !== null && within(block, 255, 'block_id') && (rule === undefined || rule(block));
}

/** May these be the blocks of a message? */
export function areMessageBlocks(blocks: unknown): boolean {
  return Array.isArray(blocks) && blocks.length <= MOST_MESSAGE_BLOCKS && blocks.every(fits);
}

/** Are these, each within its own limit, more than one message takes? */
export function areTooLong(blocks: unknown): boolean {
  return JSON.stringify(blocks).length > LONGEST_MESSAGE_BLOCKS;
}

/** May this be a modal? One with an input needs a button to send it. */
export function isModal(view: unknown): boolean {
  const blocks = listAt(view, 'blocks');
  const hasInput = blocks.some((block) => textAt(block, 'type') === 'input');
  return (
    isRecord(view) &&
    view.type === 'modal' &&
    textAt(view, 'title', 'text') !== null &&
    within(view, 24, 'title', 'text') &&
    within(view, 24, 'submit', 'text') &&
    within(view, 24, 'close', 'text') &&
    within(view, 255, 'callback_id') &&
    (at(view, 'private_metadata') === '' || within(view, 3_000, 'private_metadata')) &&
    (!hasInput || at(view, 'submit') !== undefined) &&
    Array.isArray(view.blocks) &&
    blocks.length <= MOST_VIEW_BLOCKS &&
    blocks.every(fits)
  );
}
