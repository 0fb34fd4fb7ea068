/** What the simulated Slack refuses as the real one does. */
import { describe, expect, test } from '@jest/globals';
import { areMessageBlocks, isModal } from '../../src/sandbox/slack/block-rules.js';

const plain = (text: string) => ({ type: 'plain_text', text });
const button = (overrides: object = {}) => ({
  type: 'button',
  action_id: 'a',
  text: plain('A'),
  ...overrides,
});
const section = { type: 'section', text: { type: 'mrkdwn', text: 'x' } };

describe('blocks of a message', () => {
  test.each([
    ['none', []],
    ['fifty', Array.from({ length: 50 }, () => section)],
    ['a header of 150 characters', [{ type: 'header', text: plain('x'.repeat(150)) }]],
    ['a section of fields', [{ type: 'section', fields: [plain('x')] }]],
    [
      'a button with a value of 2,000',
      [{ type: 'actions', elements: [button({ value: 'x'.repeat(2_000) })] }],
    ],
    ['a type of tomorrow', [{ type: 'hologram' }]],
  ])('%s are taken', (_name, blocks) => {
    expect(areMessageBlocks(blocks)).toBe(true);
  });

  test.each([
    ['a text', 'x'],
    ['fifty-one', Array.from({ length: 51 }, () => section)],
    ['one without a type', [{}]],
    ['a header of 151 characters', [{ type: 'header', text: plain('x'.repeat(151)) }]],
    ['a header of mrkdwn', [{ type: 'header', text: { type: 'mrkdwn', text: 'x' } }]],
    ['an empty header', [{ type: 'header', text: plain('') }]],
    ['an empty section', [{ type: 'section' }]],
    ['a section of 3,001 characters', [{ type: 'section', text: plain('x'.repeat(3_001)) }]],
    ['a context of eleven', [{ type: 'context', elements: Array.from({ length: 11 }, () => plain('x')) }]],
    ['actions without any', [{ type: 'actions', elements: [] }]],
    ['a button without words', [{ type: 'actions', elements: [button({ text: plain('') })] }]],
    [
      'a button with a value of 2,001',
      [{ type: 'actions', elements: [button({ value: 'x'.repeat(2_001) })] }],
    ],
    ['a button with an empty value', [{ type: 'actions', elements: [button({ value: '' })] }]],
    ['a block_id of 256', [{ ...section, block_id: 'x'.repeat(256) }]],
  ])('%s are refused', (_name, blocks) => {
    expect(areMessageBlocks(blocks)).toBe(false);
  });
});

describe('a modal', () => {
  const modal = (overrides: object = {}) => ({
    type: 'modal',
    title: plain('T'),
    blocks: [section],
    ...overrides,
  });
  const input = { type: 'input', label: plain('L'), element: { type: 'plain_text_input', action_id: 'a' } };
  const options = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ text: plain(`O${index}`), value: `o${index}` }));
  const withList = (list: object) =>
    modal({
      blocks: [{ ...input, element: { type: 'static_select', action_id: 'a', ...list } }],
      submit: plain('Send'),
    });

  test.each([
    ['with a title', modal()],
    ['with an input and a button to send it', modal({ blocks: [input], submit: plain('Send') })],
    ['with empty metadata', modal({ private_metadata: '' })],
    ['with a list of a hundred', withList({ options: options(100), initial_option: options(1)[0] })],
  ])('%s is opened', (_name, view) => {
    expect(isModal(view)).toBe(true);
  });

  test.each([
    ['that is none', { type: 'home', blocks: [] }],
    ['without a title', modal({ title: undefined })],
    ['with a title of 25', modal({ title: plain('x'.repeat(25)) })],
    ['with an input that nobody can send', modal({ blocks: [input] })],
    ['with metadata of 3,001', modal({ private_metadata: 'x'.repeat(3_001) })],
    ['without blocks', modal({ blocks: undefined })],
    ['with an empty list', withList({ options: [] })],
    ['with a list of 101', withList({ options: options(101) })],
    ['with a list that has one value twice', withList({ options: [...options(2), ...options(1)] })],
    ['with a choice of 76', withList({ options: [{ text: plain('x'.repeat(76)), value: 'a' }] })],
    ['with a value of 151', withList({ options: [{ text: plain('A'), value: 'x'.repeat(151) }] })],
    ['with a choice that has no words', withList({ options: [{ text: plain(''), value: 'a' }] })],
    [
      'with a first choice that is not in its list',
      withList({ options: options(2), initial_option: options(3)[2] }),
    ],
  ])('%s is refused', (_name, view) => {
    expect(isModal(view)).toBe(false);
  });
});
