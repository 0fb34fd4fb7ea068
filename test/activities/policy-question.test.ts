import { describe, expect, test } from '@jest/globals';
import { questionsOf } from '../../src/activities/policy-question.js';
import type { Person } from '../../src/domain/approval.js';
import type { Actor } from '../../src/domain/event.js';
import { comment, commentEvent, transition } from '../support/builders.js';
import { facts } from './support/vendor-data.js';

const lead: Person = {
  id: 'lead-1',
  name: 'Ana',
  jira: '712020:ana',
  bitbucket: null,
  slack: null,
  roles: ['lead'],
};
const under = {
  team: { id: 'payments', timezone: 'Europe/Berlin', calendar: null },
  people: [lead],
  groups: { release: ['lead-1'], others: [] },
  ownIds: ['agent-account'],
  now: new Date('2026-11-30T22:30:00Z'),
};

function actorNames(actor: Actor | null) {
  return questionsOf(comment, commentEvent({ actor }), facts, under)[0].actor;
}

describe('what the policy is asked', () => {
  test('names whoever caused the event in every way that a rule can', () => {
    expect(actorNames({ id: '712020:ana', name: 'Ana', isBot: false })).toEqual([
      'lead-1',
      'person',
      'role:lead',
      'group:release',
    ]);
    expect(actorNames({ id: 'x', name: 'X', isBot: false })).toEqual(['person', 'unknown']);
    expect(actorNames({ id: 'x', name: 'X', isBot: true })).toEqual(['bot', 'unknown']);
    expect(actorNames({ id: 'agent-account', name: 'PM Agent', isBot: true })).toEqual(['agent', 'unknown']);
    expect(actorNames(null)).toEqual(['nobody']);
  });

  test("tells the time by the team's clock and calendar", () => {
    const calendar = {
      timezone: 'Europe/Berlin',
      days: ['mon'] as const,
      from: 540,
      to: 1_020,
      holidays: null,
      blackout: [],
    };

    expect(questionsOf(comment, commentEvent(), facts, under)[0].time).toEqual({
      clock: '23:30',
      isWorking: true,
    });
    expect(
      questionsOf(comment, commentEvent(), facts, { ...under, team: { ...under.team, calendar } })[0].time,
    ).toEqual({ clock: '23:30', isWorking: false });
    expect(questionsOf(comment, commentEvent(), facts, { ...under, team: null })[0].time?.clock).toBe(
      '22:30',
    );
  });

  test('names the project that is written to, the team and the status', () => {
    expect(questionsOf(transition, commentEvent({ project: 'OTHER' }), facts, under)[0]).toMatchObject({
      action: 'jira.transition',
      project: 'PAY',
      team: 'payments',
      to: 'In Review',
    });
  });
});
