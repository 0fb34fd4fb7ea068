import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  AUTONOMY_LEVELS,
  type AutonomyRules,
  BUILT_IN_AUTONOMY,
  cautiousByLevel,
  demoted,
  levelAbove,
  levelBelow,
  levelOf,
} from '../../src/domain/autonomy.js';
import { evidenceOf, type Outcome } from '../../src/domain/autonomy-evidence.js';
import { wayUp } from '../../src/domain/autonomy-words.js';
import type { Verdict } from '../../src/domain/policy.js';

const key = { kind: 'jira.comment', project: 'PAY' } as const;
const verdicts: readonly Verdict[] = ['auto', 'ask', 'never'];
const judged = (verdict: Verdict) => ({ verdict, rule: 'answers', approvers: {} });

describe('the stricter of policy and level holds', () => {
  test.each([
    ['announce', ['auto', 'ask', 'never']],
    ['approve', ['ask', 'ask', 'never']],
    ['propose', ['ask', 'ask', 'never']],
    ['observe', ['never', 'never', 'never']],
  ] as const)('at the level %s', (level, expected) => {
    expect(verdicts.map((verdict) => cautiousByLevel(judged(verdict), key, level).verdict)).toEqual(expected);
  });

  test('no level ever loosens what the policy says, nor whom it names', () => {
    fc.assert(
      fc.property(fc.constantFrom(...verdicts), fc.constantFrom(...AUTONOMY_LEVELS), (verdict, level) => {
        const policy = { ...judged(verdict), approvers: { people: ['lead-1'], count: 2 } };

        const held = cautiousByLevel(policy, key, level);

        expect(verdicts.indexOf(held.verdict)).toBeGreaterThanOrEqual(verdicts.indexOf(verdict));
        expect(held.approvers).toEqual(policy.approvers);
      }),
    );
  });

  test('and the name of the rule says which level held it back', () => {
    expect(cautiousByLevel(judged('auto'), key, 'approve').rule).toBe(
      'answers (asks: jira.comment in PAY is at the level approve)',
    );
    expect(cautiousByLevel(judged('never'), key, 'observe').rule).toBe('answers');
  });
});

describe('the level of a kind in a project', () => {
  const rules: AutonomyRules = {
    ...BUILT_IN_AUTONOMY,
    default: 'propose',
    levels: [
      { action: ['jira.comment'], project: ['PAY'], level: 'observe' },
      { project: ['PAY', 'WEB'], level: 'approve' },
    ],
  };

  test.each([
    ['the first entry of the file that matches', key, { level: 'observe', source: 'file' }],
    ['a later one', { ...key, project: 'WEB' }, { level: 'approve', source: 'file' }],
    ['the default of the file', { ...key, project: 'HR' }, { level: 'propose', source: 'file' }],
  ] as const)('is %s', (_what, of, expected) => {
    expect(levelOf(rules, [], of)).toEqual(expected);
  });

  test('is what somebody chose, whatever the file says', () => {
    const held = [{ ...key, level: 'announce', since: '2026-11-23T10:00:00.000Z' }] as const;

    expect(levelOf(rules, held, key)).toEqual({ level: 'announce', source: 'mirror' });
  });

  test('is the highest where nobody said anything: the policy alone decides', () => {
    expect(levelOf(BUILT_IN_AUTONOMY, [], key)).toEqual({ level: 'announce', source: 'built_in' });
  });
});

test('the levels are steps of one ladder, and an automatic demotion stops at its floor', () => {
  expect(AUTONOMY_LEVELS.map(levelAbove)).toEqual(['propose', 'approve', 'announce', null]);
  expect(AUTONOMY_LEVELS.map(levelBelow)).toEqual([null, 'observe', 'propose', 'approve']);
  expect(AUTONOMY_LEVELS.map((level) => demoted(level, 'approve'))).toEqual([null, null, null, 'approve']);
  expect(AUTONOMY_LEVELS.map((level) => demoted(level, 'observe'))).toEqual([
    null,
    'observe',
    'propose',
    'approve',
  ]);
});

describe('the next level is offered', () => {
  const outcome = (what: Outcome['what'], overrides: Partial<Outcome> = {}): Outcome => ({
    actionId: 'cycle-1.a1',
    what,
    at: '2026-11-23T10:00:00.000Z',
    verdict: 'auto',
    isFinal: false,
    ...overrides,
  });
  const three = Array.from({ length: 3 }, () => outcome('clean'));
  const offerOf = (level: Parameters<typeof evidenceOf>[0], outcomes: readonly Outcome[]) =>
    evidenceOf(level, outcomes, { promoteAfter: 3 }).offer;

  test.each(['edited', 'rejected', 'undone'] as const)(
    'for clean ones in a row, not across one that was %s',
    (bad) => {
      expect(offerOf('approve', three)).toBe('announce');
      expect(offerOf('approve', [outcome(bad), ...three])).toBe('announce');
      expect(offerOf('approve', [...three.slice(1), outcome(bad), outcome('clean')])).toBeNull();
      expect(evidenceOf('approve', [...three, outcome(bad)], { promoteAfter: 3 })).toMatchObject({
        clean: 3,
        [bad]: 1,
        run: 0,
        lastBad: { actionId: 'cycle-1.a1', what: bad },
      });
    },
  );

  test('only for what the policy alone would let go, once each one is carried out', () => {
    const asked = three.map((one) => ({ ...one, verdict: 'ask' as const }));

    expect(offerOf('approve', asked)).toBeNull();
    expect(offerOf('propose', asked)).toBe('approve');
  });

  test('never for steps of grade G3', () => {
    const final = three.map((one) => ({ ...one, isFinal: true }));

    expect([offerOf('approve', final), offerOf('propose', final)]).toEqual([null, null]);
  });

  test('for what was recorded while it only watched, and for nothing at the top', () => {
    expect(
      offerOf(
        'observe',
        Array.from({ length: 3 }, () => outcome('observed')),
      ),
    ).toBe('propose');
    expect(offerOf('announce', three)).toBeNull();
  });
});

describe('the way up is told', () => {
  const clean = (verdict: Verdict, isFinal = false): Outcome => ({
    actionId: 'cycle-1.a1',
    what: 'clean',
    at: '2026-11-23T10:00:00.000Z',
    verdict,
    isFinal,
  });
  const told = (
    level: (typeof AUTONOMY_LEVELS)[number],
    outcomes: readonly Outcome[],
    source: 'built_in' | 'file' = 'file',
  ) => wayUp({ ...key, level, source, evidence: evidenceOf(level, outcomes, { promoteAfter: 2 }) });

  test('under a policy that asks: nothing counts, how many do not, and which setting would change it', () => {
    const asked = [clean('ask'), clean('ask'), clean('ask')];

    expect(evidenceOf('approve', asked, { promoteAfter: 2 })).toMatchObject({
      clean: 3,
      run: 0,
      notCounted: { asked: 3, final: 0 },
    });
    expect(told('approve', asked)).toMatch(
      /^announce takes 2 unchanged approvals of what the policy alone would let go in a row; there are 0\. 3 approved unchanged do not count: the policy asks .* jira\.comment in PAY; .* rule for jira\.comment with verdict: auto in policy\.rules/,
    );
  });

  test('what is final is told apart, and what stood before a bad one is not told', () => {
    const outcomes = [
      clean('ask'),
      { ...clean('auto'), what: 'rejected' as const },
      clean('auto'),
      clean('auto', true),
    ];

    expect(evidenceOf('approve', outcomes, { promoteAfter: 2 })).toMatchObject({
      run: 1,
      notCounted: { asked: 0, final: 1 },
    });
    expect(told('approve', outcomes)).toMatch(/there are 1\. 1 of grade G3 do not count: .*$/);
  });

  test('what is offered is told with the command that takes it', () => {
    expect(told('approve', [clean('auto'), clean('auto')])).toBe(
      'announce is offered: pm-agent autonomy promote jira.comment PAY',
    );
  });

  test('at the top there is nothing to earn, and what asks is the policy', () => {
    expect(told('announce', [clean('ask')], 'built_in')).toMatch(
      /^Nothing to earn: nobody chose a level, so the policy alone decides\. It asked about 1 /,
    );
    expect(told('announce', [])).toBe('Nothing more to earn: at announce the policy alone decides');
  });

  test('what suggests only counts also what the policy asks about', () => {
    expect(told('propose', [clean('ask')])).toBe(
      'approve takes 2 approvals of what was proposed, unchanged, in a row; there are 1',
    );
  });

  test('every unchanged approval since the last bad one either counts or is told why not', () => {
    const outcome = fc.record({
      what: fc.constantFrom<Outcome['what']>('clean', 'edited', 'rejected', 'undone'),
      verdict: fc.constantFrom<Verdict>('auto', 'ask'),
      isFinal: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.constantFrom('propose' as const, 'approve' as const),
        fc.array(outcome),
        (level, some) => {
          const outcomes = some.map((one) => ({ ...clean('auto'), ...one }));
          const row = outcomes.slice(outcomes.findLastIndex(({ what }) => what !== 'clean') + 1);
          const { run, notCounted } = evidenceOf(level, outcomes, { promoteAfter: 2 });

          expect(run + notCounted.asked + notCounted.final).toBe(row.length);
        },
      ),
    );
  });
});
