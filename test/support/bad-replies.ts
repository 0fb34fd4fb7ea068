/** Each way in which a server that should speak the Messages API speaks it badly, and what comes of an event then. */
import type { ServerResponse } from 'node:http';
import { messageOf, toolUseBlock } from './model-messages.js';

export type Answer = (response: ServerResponse) => void;

export interface Badly {
  readonly name: string;
  readonly answer: Answer;
  /** What people read of it where it is critical. */
  readonly why: string;
  /**
   * What comes of it where it is not, with a sound answer from the third request on: `answered` where it is asked so often,
   * `undecided` where another try would get the same.
   */
  readonly end: 'answered' | 'undecided' | 'waits';
}

const AWAY = 'the model cannot be asked at the moment';
const UNUSABLE = 'the model gave no answer that can be used';
const DECLINED = 'the model declined to answer';

export const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
const text =
  (type: string, body: string): Answer =>
  (response) =>
    response.writeHead(200, { 'content-type': type }).end(body);
export const said = (about: Parameters<typeof messageOf>[0]) => json(200, messageOf(about));

export function decisionText(summary: string, actions: readonly object[] = []): string {
  return JSON.stringify({
    summary,
    reasons: [{ text: 'It was asked.', evidence: ['event'] }],
    actions,
    uncertainty: null,
    wouldChange: null,
  });
}
const hostile = decisionText('Done.', [
  { kind: 'jira.transition', payload: { issueKey: 'PAY-999', toStatus: 'Done' } },
]);

const STATUSES: readonly (readonly [number, Badly['end']])[] = [
  [400, 'undecided'],
  // Refused: some more tries tell whether everything is, and all of it waits then.
  [401, 'answered'],
  [402, 'answered'],
  [403, 'answered'],
  // No such model: a setting, which is waited for.
  [404, 'answered'],
  [408, 'answered'],
  [409, 'answered'],
  [412, 'undecided'],
  [413, 'undecided'],
  [422, 'undecided'],
  [425, 'answered'],
  [431, 'undecided'],
  [499, 'answered'],
  [500, 'answered'],
  [501, 'answered'],
  [502, 'answered'],
  [503, 'answered'],
  [504, 'answered'],
  [529, 'answered'],
];
const STOPS = [
  'max_tokens',
  'pause_turn',
  'model_context_window_exceeded',
  'tool_use',
  'something_new',
  null,
];
/** Repaired once, in vain. */
const UNREADABLE: readonly (readonly [string, Parameters<typeof messageOf>[0]])[] = [
  ['no content', { content: [] }],
  ['prose', { text: 'Sure, I will do that!' }],
  ['a decision in a code fence', { text: `\`\`\`json\n${hostile}\n\`\`\`` }],
  ['an unknown action', { text: hostile.replace('jira.transition', 'jira.delete') }],
  ['a member of its own', { text: hostile.replace('{', '{"approved":true,') }],
  ['deep nesting', { text: `${'['.repeat(50_000)}${']'.repeat(50_000)}` }],
];
/** Written by hand: JSON.stringify knows no such depth. */
const deeplyAsking = JSON.stringify(
  messageOf({ content: [toolUseBlock('read_issue', { key: 'deep' })], stop_reason: 'tool_use' }),
).replace('"deep"', `${'['.repeat(50_000)}${']'.repeat(50_000)}`);
const apiError = (type: string) => ({ type: 'error', error: { type, message: 'no' } });
const toolForEver = { content: [toolUseBlock('earlier_cycles', {})], stop_reason: 'tool_use' };

export const BADLY: readonly Badly[] = [
  ...STATUSES.map(([status, end]) => ({
    name: `status ${status}`,
    answer: json(status, apiError('api_error')),
    why: status === 413 ? UNUSABLE : AWAY,
    end,
  })),
  {
    name: 'status 429 that asks for an hour',
    answer: json(429, apiError('rate_limit_error'), { 'retry-after': '3600' }),
    why: AWAY,
    end: 'waits',
  },
  { name: 'a cut socket', answer: (response) => response.destroy(), why: AWAY, end: 'answered' },
  {
    name: 'a page of a proxy',
    answer: text('text/html', '<h1>Maintenance</h1>'),
    why: AWAY,
    end: 'answered',
  },
  {
    name: 'JSON that breaks off',
    answer: text('application/json', '{"id":"msg'),
    why: AWAY,
    end: 'undecided',
  },
  { name: 'another object', answer: json(200, { hello: 1 }), why: AWAY, end: 'undecided' },
  {
    name: 'an input without end',
    answer: text('application/json', deeplyAsking),
    why: AWAY,
    end: 'undecided',
  },
  {
    name: 'a stream',
    answer: text('text/event-stream', 'event: ping\ndata: {}\n\n'),
    why: AWAY,
    end: 'undecided',
  },
  ...UNREADABLE.map(([name, about]) => ({
    name,
    answer: said(about),
    why: UNUSABLE,
    end: 'undecided' as const,
  })),
  { name: 'a tool for ever', answer: said(toolForEver), why: UNUSABLE, end: 'answered' },
  ...STOPS.map((stop_reason) => ({
    name: `stop reason ${stop_reason}`,
    answer: said({ text: hostile, stop_reason }),
    why: UNUSABLE,
    end: 'undecided' as const,
  })),
  {
    name: 'stop reason refusal',
    answer: said({ content: [], stop_reason: 'refusal' }),
    why: DECLINED,
    end: 'undecided',
  },
];
