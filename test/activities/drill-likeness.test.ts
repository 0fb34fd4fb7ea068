import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { likeCall, likeEvent } from '../../src/activities/drill/likeness.js';
import { BAD_PROPOSALS } from '../../src/domain/drill.js';
import type { PmEvent } from '../../src/domain/event.js';
import { ACTION_SCHEMAS } from '../../src/reasoning/actions/index.js';
import { commentEvent } from '../support/builders.js';
import { facts } from './support/vendor-data.js';

const AT = '2026-12-01T10:00:00.000Z';

const call = {
  purpose: 'repair',
  model: 'claude-sonnet-5-5',
  promptId: 'question',
  promptVersion: '1',
  request: { messages: [{ role: 'user', content: 'data-4711 … data-4711' }] },
  reply: {
    id: 'msg_01AbC',
    content: [
      { type: 'thinking', thinking: 'The status is asked.', signature: 'sig' },
      { type: 'text', text: '{"summary":"the other one"}' },
    ],
    usage: { output_tokens: 3 },
  },
  stopReason: 'end_turn',
  usage: null,
  costUsd: 0.02,
  priceDate: null,
  requestId: 'req_011CQ-x',
};
const decision = { summary: 'This one.', reasons: [], actions: [], uncertainty: null, wouldChange: null };
const nonces = { was: '4711', is: '0815' };

describe('the call that a drill is shown with', () => {
  const made = likeCall({ call }, 'cycle-jira-1', decision, nonces);

  test('says what the drill proposes and nothing of what the other cycle thought or said', () => {
    expect(made.reply).toEqual({
      id: expect.stringMatching(/^msg_[0-9a-f]{5}$/),
      content: [{ type: 'text', text: JSON.stringify(decision) }],
      usage: { output_tokens: 3 },
    });
    expect(JSON.stringify(made.request)).toBe(
      '{"messages":[{"role":"user","content":"data-0815 … data-0815"}]}',
    );
  });

  test('has ids of its own in the same form, the same ones each time', () => {
    expect(made.requestId).toMatch(/^req_[0-9a-f]{5}-[0-9a-f]$/);
    expect([made.requestId, made.id]).not.toContain(call.requestId);
    expect(likeCall({ call }, 'cycle-jira-1', decision, nonces)).toEqual(made);
    expect(likeCall({ call }, 'cycle-jira-2', decision, nonces).requestId).not.toBe(made.requestId);
  });
});

describe('the event of a drill', () => {
  const event: PmEvent = commentEvent({ changeKey: 'jira:10001:comment:20099:created' });

  test('tells of a change with another id, at its own time', () => {
    expect(likeEvent(event, AT)).toMatchObject({
      changeKey: 'jira:10001:comment:20102:created',
      occurredAt: AT,
    });
  });

  test('is the same but for its time where the change has no id of its own', () => {
    const made = { ...event, changeKey: 'jira:10001:created' };

    expect(likeEvent(made, AT)).toEqual({ ...made, occurredAt: AT });
  });

  test('names the change by as many digits, and never by the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_000, max: 999_999_999 }), (id) => {
        const { changeKey } = likeEvent({ ...event, changeKey: `jira:1:comment:${id}:created` }, AT);
        const other = /comment:(\d+)/.exec(changeKey ?? '')?.[1];

        expect(other).not.toBe(String(id));
        expect(other).toHaveLength(String(id).length);
      }),
    );
  });
});

test('what a drill proposes has every member that a proposal of the model has', () => {
  const issue = {
    ...facts.issue!,
    status: 'In Progress',
    assigneeId: 'a',
    reachableStatuses: ['Done'],
    finalStatuses: ['Done'],
  };
  const proposed = BAD_PROPOSALS.map((propose) => propose(issue)?.action);

  expect(proposed).toHaveLength(3);
  for (const action of proposed) {
    expect(ACTION_SCHEMAS[action!.kind].parse(action)).toEqual(action);
  }
});
