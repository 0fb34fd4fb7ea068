import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { questionsOf } from '../../src/activities/policy-question.js';
import type { Action } from '../../src/domain/action.js';
import { decidersOf, type Person } from '../../src/domain/approval.js';
import {
  judge,
  type Policy,
  type PolicyQuestion,
  type RuleCondition,
  riskOf,
  traceOf,
} from '../../src/domain/policy.js';
import { commentEvent } from '../support/builders.js';

const question: PolicyQuestion = {
  action: 'jira.transition',
  event: 'comment_created',
  project: 'PAY',
  to: 'Done',
  team: 'payments',
  actor: ['lead-1', 'person', 'role:lead', 'group:release'],
  time: { clock: '23:30', isWorking: false },
};

function policy(...conditions: readonly RuleCondition[]): Policy {
  return {
    version: 'v',
    default: 'ask',
    deadlineMs: null,
    rules: conditions.map((when, index) => ({ name: `rule ${index + 1}`, when, verdict: 'never' })),
  };
}

const matches = (when: RuleCondition, asked: PolicyQuestion = question) =>
  judge(policy(when), asked).rule === 'rule 1';

describe('a condition of a rule', () => {
  test.each<[RuleCondition, RuleCondition]>([
    [{ action: ['jira.transition'] }, { action: ['jira.comment'] }],
    [{ event: ['comment_created'] }, { event: ['issue_created'] }],
    [{ project: ['WEB', 'PAY'] }, { project: ['WEB'] }],
    [{ to: ['Done'] }, { to: ['In Review'] }],
    [{ team: ['payments'] }, { team: ['web'] }],
    [{ actor: ['lead-1'] }, { actor: ['lead-2'] }],
    [{ actor: ['role:lead'] }, { actor: ['role:bot'] }],
    [{ actor: ['group:release'] }, { actor: ['unknown', 'bot'] }],
    [{ risk: ['G3'] }, { risk: ['G0', 'G1', 'G2'] }],
    [{ time: ['off'] }, { time: ['working'] }],
    [{ time: ['22:00-06:00'] }, { time: ['06:00-22:00'] }],
    [{ time: ['09:00-10:00', '23:00-23:45'] }, { time: ['23:31-23:45'] }],
  ])('%j holds, %j does not', (holding, failing) => {
    expect(matches(holding)).toBe(true);
    expect(matches(failing)).toBe(false);
  });

  test('about what is not known does not hold', () => {
    const bare: PolicyQuestion = { action: 'jira.comment', event: 'issue_created', project: null, to: null };

    for (const when of [
      { project: ['PAY'] },
      { to: ['Done'] },
      { team: ['payments'] },
      { actor: ['nobody'] },
      { time: ['working', 'off'] },
    ]) {
      expect(matches(when, bare)).toBe(false);
    }
  });

  test('a span of the day that ends before it begins goes past midnight', () => {
    const during = (clock: string) => ({ ...question, time: { clock, isWorking: false } });

    expect(
      ['22:00', '23:59', '00:00', '05:59'].map((clock) => matches({ time: ['22:00-06:00'] }, during(clock))),
    ).toEqual([true, true, true, true]);
    expect(['06:00', '21:59'].map((clock) => matches({ time: ['22:00-06:00'] }, during(clock)))).toEqual([
      false,
      false,
    ]);
  });
});

describe('a span of the day', () => {
  const clock = (minute: number) =>
    [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':');
  const minute = fc.integer({ min: 0, max: 1_439 });
  /** Minutes from one time of a day on to the next of that other. */
  const onTo = (from: number, to: number) => (to - from + 1_440) % 1_440;

  test('holds from its begin until before its end, over midnight too, and the rest of the day is the span back', () => {
    let overMidnight = 0;
    fc.assert(
      fc.property(minute, minute, minute, (from, to, now) => {
        fc.pre(from !== to);
        const during = { ...question, time: { clock: clock(now), isWorking: false } };
        const holds = matches({ time: [`${clock(from)}-${clock(to)}`] }, during);
        overMidnight += from > to && holds ? 1 : 0;

        expect(holds).toBe(onTo(from, now) < onTo(from, to));
        expect(matches({ time: [`${clock(to)}-${clock(from)}`] }, during)).toBe(!holds);
      }),
      { numRuns: 2_000 },
    );
    expect(overMidnight).toBeGreaterThan(100);
  });
});

describe('the trace', () => {
  test('says of each rule before the one that fires what did not hold', () => {
    const trace = traceOf(
      policy({ action: ['jira.comment'], project: ['HR'] }, { actor: ['bot'] }, { to: ['Done'] }, {}),
      question,
    );

    expect(trace).toEqual([
      {
        rule: 'rule 1',
        fired: false,
        why: ['action is jira.transition, not jira.comment', 'project is PAY, not HR'],
      },
      { rule: 'rule 2', fired: false, why: ['actor is lead-1, person, role:lead, group:release, not bot'] },
      { rule: 'rule 3', fired: true, why: [] },
    ]);
  });

  test('ends with the default where no rule fires', () => {
    expect(traceOf(policy({ risk: ['G0'] }), question).at(-1)).toEqual({
      rule: 'default',
      fired: true,
      why: [],
    });
  });

  test('always agrees with the verdict', () => {
    const conditions = fc.record(
      {
        action: fc.subarray(['jira.transition', 'jira.comment'] as const, { minLength: 1 }),
        project: fc.subarray(['PAY', 'WEB'], { minLength: 1 }),
        risk: fc.subarray(['G2', 'G3'] as const, { minLength: 1 }),
        time: fc.subarray(['working', 'off'], { minLength: 1 }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(conditions, { maxLength: 6 }), (rules) => {
        const made = policy(...rules);
        const trace = traceOf(made, question);

        expect(trace.at(-1)?.rule).toBe(judge(made, question).rule);
        expect(trace.filter(({ fired }) => fired)).toHaveLength(1);
        expect(trace.slice(0, -1).every(({ why }) => why.length > 0)).toBe(true);
      }),
    );
  });
});

describe('grade G3 never goes by itself', () => {
  const letting = (when: RuleCondition): Policy => ({
    ...policy(),
    default: 'auto',
    rules: [{ name: 'free', when, verdict: 'auto' }],
  });

  test.each<[string, RuleCondition]>([
    ['that names nothing', {}],
    ['that names the grade', { risk: ['G3'] }],
    ['that names the status', { action: ['jira.transition'], to: ['Done'] }],
  ])('by a rule %s', (_name, when) => {
    expect(judge(letting(when), question)).toMatchObject({
      verdict: 'ask',
      rule: 'free (asks: it ends the issue, and G3 never goes by itself)',
    });
  });

  test('by the default', () => {
    expect(judge(letting({ project: ['WEB'] }), question)).toMatchObject({
      verdict: 'ask',
      rule: 'default (asks: it ends the issue, and G3 never goes by itself)',
    });
  });

  test('where the category of the status says so, whatever its name', () => {
    expect(judge(letting({}), { ...question, to: 'Erledigt', toIsFinal: true }).verdict).toBe('ask');
    expect(judge(letting({}), { ...question, to: 'Done', toIsFinal: false }).verdict).toBe('auto');
  });

  test('and a rule that forbids it still does', () => {
    const forbidding = { ...letting({}), rules: [{ name: 'no', when: {}, verdict: 'never' as const }] };

    expect(judge(forbidding, question)).toMatchObject({ verdict: 'never', rule: 'no' });
  });

  const fields = {
    issueKey: 'PAY-1',
    priority: null,
    addLabels: ['late'],
    removeLabels: [],
    dueDate: null,
    estimate: null,
    sprint: null,
  };
  const message = { channel: 'C0PAY', threadTs: null };

  test.each<[Action, 'auto' | 'ask', string]>([
    [{ kind: 'jira.update_fields', payload: { ...fields, priority: 'High' } }, 'ask', 'the priority'],
    [{ kind: 'jira.update_fields', payload: fields }, 'auto', 'free'],
    [{ kind: 'slack.message', payload: { ...message, text: 'look, <!here>' } }, 'ask', 'a whole channel'],
    [{ kind: 'slack.message', payload: { ...message, text: 'look, @Channel!' } }, 'ask', 'a whole channel'],
    [{ kind: 'slack.message', payload: { ...message, text: 'to ann@here.example' } }, 'auto', 'free'],
    [{ kind: 'slack.message', payload: { ...message, text: 'look, <@U0ANA>' } }, 'auto', 'free'],
    [{ kind: 'escalate', payload: { reason: 'r', text: '@all', level: 'info' } }, 'ask', 'a whole channel'],
    [{ kind: 'jira.comment', payload: { issueKey: 'PAY-1', body: '@all' } }, 'auto', 'free'],
  ])('%j: %s', (action, verdict, why) => {
    const asked = questionsOf(action, commentEvent(), null, { people: [], ownIds: [] })[0];
    const judged = judge(letting({}), asked);

    expect(judged.verdict).toBe(verdict);
    expect(judged.rule).toContain(why);
    expect(riskOf(asked) === 'G3').toBe(verdict === 'ask');
  });
});

test('who may decide: named, in a group and with a role, as far as those are given', () => {
  const person = (id: string, roles: readonly string[]): Person => ({
    id,
    name: id,
    jira: null,
    bitbucket: null,
    slack: null,
    roles,
  });
  const people = [person('a', ['lead']), person('b', ['lead']), person('c', [])];
  const groups = { release: ['b', 'c'], empty: [] };

  expect(decidersOf({}, people, groups)).toBeNull();
  expect(decidersOf({ count: 2, notRequester: true }, people, groups)).toBeNull();
  expect(decidersOf({ roles: ['lead'] }, people, groups)).toEqual(['a', 'b']);
  expect(decidersOf({ groups: ['release'] }, people, groups)).toEqual(['b', 'c']);
  expect(decidersOf({ groups: ['release'], roles: ['lead'] }, people, groups)).toEqual(['b']);
  expect(decidersOf({ groups: ['release', 'unknown'], people: ['c'] }, people, groups)).toEqual(['c']);
  expect(decidersOf({ groups: ['empty'] }, people, groups)).toEqual([]);
});
