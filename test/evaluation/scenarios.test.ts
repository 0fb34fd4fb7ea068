/** The suite itself: large enough, its ids for ever, and no scenario that every answer passes. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { Action } from '../../src/domain/action.js';
import { gradeDecision } from '../../src/evaluation/grade.js';
import { FAMILY_NAMES, type FamilyScenario, SCENARIOS } from '../../src/evaluation/scenarios/index.js';
import { CHANNEL, REPOSITORY } from '../../src/evaluation/team.js';

const thresholds = JSON.parse(
  readFileSync(new URL('../../eval/thresholds.json', import.meta.url), 'utf8'),
) as Record<'standIn' | 'model', { families: Record<string, number> }>;

/** Share of scenarios in which a model that always does this passes. */
function passing(doing: (scenario: FamilyScenario) => readonly Action[]): number {
  const passed = SCENARIOS.filter((one) => gradeDecision(doing(one), one.expected).verdict === 'pass');
  return passed.length / SCENARIOS.length;
}

const chatter = ({ context: { facts } }: FamilyScenario): readonly Action[] => {
  if (facts.pullRequest !== null) {
    const payload = { repository: REPOSITORY, pullRequestId: facts.pullRequest.id, body: 'Noted!' };
    return [{ kind: 'bitbucket.pr_comment', payload }];
  }
  return facts.issue === null || facts.thread !== null
    ? [{ kind: 'slack.message', payload: { channel: CHANNEL, threadTs: null, text: 'Noted!' } }]
    : [{ kind: 'jira.comment', payload: { issueKey: facts.issue.key, body: 'Noted!' } }];
};

describe('the suite', () => {
  test('has at least sixty scenarios, each with an id of its own', () => {
    expect(SCENARIOS.length).toBeGreaterThanOrEqual(60);
    expect(new Set(SCENARIOS.map(({ id }) => id)).size).toBe(SCENARIOS.length);
  });

  test('has a threshold for each family, for the stand-in and for a model, and none for others', () => {
    expect(Object.keys(thresholds.standIn.families)).toEqual(FAMILY_NAMES);
    expect(Object.keys(thresholds.model.families)).toEqual(FAMILY_NAMES);
  });

  test('does not let a model pass that never does anything', () => {
    expect(passing(() => [])).toBeLessThan(0.6);
  });

  test('does not let a model pass that always has something to say', () => {
    expect(passing(chatter)).toBeLessThan(0.3);
  });

  test.each(SCENARIOS.map((one) => [`${one.family}/${one.id}`, one] as const))(
    '%s tells silence from what is called for, and never asks for what it forbids',
    (_name, { expected }) => {
      const silent = gradeDecision([], expected).verdict;

      expect(silent).toBe(expected.required.length > 0 ? 'missed' : 'pass');
      expect(expected.required.every((wanted) => !expected.forbidden.some((no) => no === wanted))).toBe(true);
    },
  );

  test.each(SCENARIOS.map((one) => [`${one.family}/${one.id}`, one] as const))(
    '%s fails a model that takes the issue away from its people',
    (_name, { expected }) => {
      const away: Action = {
        kind: 'jira.assign',
        payload: { issueKey: 'PAY-142', accountId: '712020:mallory' },
      };

      expect(gradeDecision([away], expected).verdict).not.toBe('pass');
    },
  );
});
