import { describe, expect, test } from '@jest/globals';
import type { Person } from '../../src/domain/approval.js';
import { judgeUnderAll } from '../../src/domain/joint-verdict.js';
import type { Policy, PolicyQuestion, PolicyRule } from '../../src/domain/policy.js';
import { requestParts } from '../../src/domain/request-parts.js';

const HOUR = 3_600_000;

const person = (id: string, roles: readonly string[]): Person => ({
  id,
  name: id,
  jira: null,
  bitbucket: null,
  slack: null,
  roles,
});
const people = [
  person('dev', ['dev']),
  person('ana', ['dev', 'lead']),
  person('bo', ['dev', 'lead']),
  person('cem', ['lead']),
];

const after = (event: PolicyQuestion['event']): PolicyQuestion => ({
  action: 'jira.transition',
  event,
  project: 'PAY',
  to: 'In Review',
});
const comment = after('comment_created');
const update = after('issue_updated');

type Rest = Omit<PolicyRule, 'name' | 'when' | 'verdict'> & { readonly verdict?: PolicyRule['verdict'] };

/** One rule for comments, one for changes. */
function policyOf(comments: Rest, changes: Rest, deadlineMs: number | null = null): Policy {
  return {
    version: 'v',
    default: 'ask',
    deadlineMs,
    rules: [
      { name: 'comments', when: { event: ['comment_created'] }, verdict: 'ask', ...comments },
      { name: 'changes', when: { event: ['issue_updated'] }, verdict: 'ask', ...changes },
    ],
  };
}

const DEV: Rest = { approvers: { roles: ['dev'] } };
const TWO_LEADS: Rest = { approvers: { roles: ['lead'], count: 2, notRequester: true } };

function partsOf(policy: Policy, questions: readonly [PolicyQuestion, ...PolicyQuestion[]]) {
  const [first, ...others] = questions;
  return requestParts(judgeUnderAll(policy, first, others), 'G2', ['bo'], {
    people,
    team: { lead: 'cem', backup: null },
  });
}

test('under several events the strictest verdict holds, with the question that led to it', () => {
  const rules = policyOf({ verdict: 'auto' }, { verdict: 'never' });

  expect(judgeUnderAll(rules, comment, [update])).toEqual({
    verdict: 'never',
    rule: 'changes',
    approvers: {},
    question: update,
  });
  expect(judgeUnderAll(rules, comment, [])).toMatchObject({ verdict: 'auto', rule: 'comments' });
});

describe('where several rules give the strictest verdict', () => {
  test.each([
    ['comments and changes', [comment, update]],
    ['changes and comments', [update, comment]],
  ] as const)('every demand holds, whichever event came first: %s', (rule, questions) => {
    const policy = policyOf(DEV, TWO_LEADS);
    const [first, other] = questions;

    expect(judgeUnderAll(policy, first, [other])).toMatchObject({ verdict: 'ask', rule, question: first });
    expect(partsOf(policy, questions)).toMatchObject({ deciders: ['ana', 'bo'], needed: 2, notBy: ['bo'] });
  });

  test('several events under one rule demand what it demands', () => {
    const judged = judgeUnderAll(policyOf(DEV, TWO_LEADS), comment, [comment, update, comment]);

    expect(judged.rule).toBe('comments and changes');
    expect(judgeUnderAll(policyOf(DEV, TWO_LEADS), comment, [comment])).not.toHaveProperty('joint');
  });

  test('a rule that lets it go by itself demands nothing where another one asks', () => {
    const policy = policyOf({ ...TWO_LEADS, verdict: 'auto' }, DEV);

    expect(partsOf(policy, [comment, update])).toEqual({
      approvers: { roles: ['dev'] },
      deciders: ['dev', 'ana', 'bo'],
      backups: ['cem'],
    });
  });

  test('nobody may decide where nobody is whom each rule wants: it expires, as under one impossible rule', () => {
    const policy = policyOf({ approvers: { people: ['dev'] } }, { approvers: { people: ['cem'] } });

    expect(partsOf(policy, [comment, update]).deciders).toEqual([]);
  });

  test('a rule that names nobody leaves it to the other', () => {
    expect(partsOf(policyOf({}, TWO_LEADS), [comment, update])).toMatchObject({
      deciders: ['ana', 'bo', 'cem'],
      needed: 2,
    });
    expect(partsOf(policyOf({}, {}), [comment, update])).toMatchObject({ deciders: null });
  });

  test('one rule that says one does not take back the two that another wants for what is final', () => {
    const policy = policyOf({ approvers: { roles: ['lead'], count: 1 } }, DEV);
    const final = (one: PolicyQuestion): PolicyQuestion => ({ ...one, to: 'Done' });
    const judged = judgeUnderAll(policy, final(comment), [final(update)]);

    expect(requestParts(judged, 'G3', [], { people }).needed).toBe(2);
  });

  test('somebody may decide too from when each rule lets them', () => {
    const later = (hours: number, ...names: string[]) => ({
      afterMs: hours * HOUR,
      approvers: { people: names },
    });
    const policy = policyOf(
      { ...DEV, escalation: [later(1, 'cem'), later(4, 'dev')] },
      { approvers: { people: ['ana'] }, escalation: [later(2, 'cem', 'dev')] },
    );

    expect(partsOf(policy, [comment, update])).toMatchObject({
      deciders: ['ana'],
      escalation: [{ afterMs: 2 * HOUR, deciders: ['dev', 'cem'] }],
    });
  });

  test('it waits as long as the shortest, and for a second approver as long as the longest', () => {
    const policy = policyOf(
      { ...DEV, waits: { remindAfterMs: HOUR, secondApproverAfterMs: HOUR } },
      { ...DEV, waits: { deadlineMs: 9 * HOUR, secondApproverAfterMs: 3 * HOUR }, onExpiry: 'ask_again' },
      5 * HOUR,
    );
    const parts = partsOf(policy, [comment, update]);

    expect(parts).toMatchObject({
      waits: { deadlineMs: 5 * HOUR, remindAfterMs: HOUR, secondApproverAfterMs: 3 * HOUR },
      backups: ['cem'],
    });
    expect(parts).not.toHaveProperty('onExpiry');
  });

  test('no second approver where one rule knows none', () => {
    const policy = policyOf({ ...DEV, waits: { secondApproverAfterMs: HOUR } }, DEV);

    expect(judgeUnderAll(policy, comment, [update]).waits).toBeUndefined();
    // One rule with the same demands under another name is another rule.
    expect(judgeUnderAll(policy, comment, [update]).rule).toBe('comments and changes');
  });

  test.each([
    ['ask_again', 'ask_again', 'ask_again'],
    ['ask_again', 'escalate', 'escalate'],
    ['drop', 'escalate', 'escalate'],
    ['ask_again', 'drop', undefined],
  ] as const)('nobody decides, %s and %s: %s', (comments, changes, onExpiry) => {
    const policy = policyOf({ onExpiry: comments }, { onExpiry: changes });

    expect(judgeUnderAll(policy, comment, [update]).onExpiry).toBe(onExpiry);
  });
});
