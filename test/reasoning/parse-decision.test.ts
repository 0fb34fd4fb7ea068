import { describe, expect, test } from '@jest/globals';
import { REPLY_SCHEMA } from '../../src/reasoning/decision-schema.js';
import { parseDecision } from '../../src/reasoning/parse-decision.js';

const ids = new Set(['issue', 'comment-1']);
const valid = {
  summary: 'Answers the question.',
  reasons: [{ text: 'The status is known.', evidence: ['issue'] }],
  actions: [
    {
      kind: 'jira.comment',
      payload: { issueKey: 'PAY-1', as: 'answer', audience: 'internal', body: 'In progress.' },
    },
  ],
  uncertainty: null,
  wouldChange: 'A second report.',
};

function problemsOf(reply: unknown): readonly string[] {
  const parsed = parseDecision(typeof reply === 'string' ? reply : JSON.stringify(reply), ids);
  return parsed.ok ? [] : parsed.problems;
}

function withAction(action: unknown) {
  return { ...valid, actions: [action] };
}

describe('a reply of the model', () => {
  test('that fits the schema becomes the decision it says', () => {
    expect(parseDecision(JSON.stringify(valid), ids)).toEqual({ ok: true, decision: valid, voidReasons: 0 });
  });

  test('whose comment names no role is an answer', () => {
    const payload = { issueKey: 'PAY-1', body: 'In progress.' };

    const parsed = parseDecision(
      JSON.stringify({ ...valid, actions: [{ kind: 'jira.comment', payload }] }),
      ids,
    );

    expect(parsed).toEqual({ ok: true, decision: valid, voidReasons: 0 });
  });

  test('that leaves out what would change its mind has nothing that would', () => {
    const { wouldChange: _left, ...others } = valid;

    expect(parseDecision(JSON.stringify(others), ids)).toMatchObject({
      decision: { wouldChange: null },
    });
    expect(REPLY_SCHEMA['required']).toContain('wouldChange');
  });

  test('with prose around the JSON is refused rather than guessed at', () => {
    expect(problemsOf(`Here you are: ${JSON.stringify(valid)}`)).toEqual([
      'the reply is not one JSON object and nothing else',
    ]);
  });

  test.each([
    [
      'an unknown kind',
      withAction({ kind: 'jira.delete', payload: { issueKey: 'PAY-1' } }),
      'actions.0.kind',
    ],
    [
      'a member that the action does not have',
      withAction({ kind: 'jira.comment', payload: { issueKey: 'PAY-1', body: 'x', visibility: 'all' } }),
      'actions.0.payload',
    ],
    [
      'a text above 8,000 characters',
      withAction({ kind: 'jira.comment', payload: { issueKey: 'PAY-1', body: 'x'.repeat(8_001) } }),
      'actions.0.payload.body',
    ],
    [
      'a pull request id that is none',
      withAction({
        kind: 'bitbucket.pr_comment',
        payload: { repository: 'a/b', pullRequestId: 1.5, body: 'x' },
      }),
      'actions.0.payload.pullRequestId',
    ],
    ['a missing member', { summary: 'x', reasons: [], actions: [] }, 'uncertainty'],
  ])('with %s is refused with the place named', (_what, reply, place) => {
    expect(problemsOf(reply)[0]).toContain(place);
  });

  test('with five hundred wrong actions is answered with at most ten problems', () => {
    const reply = { ...valid, actions: Array.from({ length: 500 }, () => ({ kind: 'x' })) };

    expect(problemsOf(reply)).toHaveLength(10);
  });

  test('that cites what was never read loses that evidence, and a reason without any is void', () => {
    const reasons = [
      { text: 'Half known.', evidence: ['issue', 'comment-999'] },
      { text: 'Made up.', evidence: ['comment-999'] },
      { text: 'From nothing.', evidence: [] },
      { text: 'From the event.', evidence: ['event'] },
    ];

    const parsed = parseDecision(JSON.stringify({ ...valid, reasons }), ids);

    expect(parsed).toMatchObject({
      ok: true,
      voidReasons: 2,
      decision: {
        reasons: [
          { text: 'Half known.', evidence: ['issue'] },
          { text: 'From the event.', evidence: ['event'] },
        ],
      },
    });
  });
});
