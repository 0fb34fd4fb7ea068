/** Which team an event belongs to, and what may be read for it: by its place and by who speaks there, never by what a text names. */
import { describe, expect, test } from '@jest/globals';
import type { TeamSettings } from '../../src/activities/dependencies.js';
import { isNobodysPlace, mayReadProject, readableBy, teamOf, toldTeamOf } from '../../src/activities/team.js';
import type { Person } from '../../src/domain/approval.js';
import type { ContextFacts } from '../../src/domain/context.js';
import type { PmEvent } from '../../src/domain/event.js';
import { commentEvent } from '../support/builders.js';
import { facts } from './support/vendor-data.js';

function team(id: string, project: string, overrides: Partial<TeamSettings> = {}): TeamSettings {
  return {
    id,
    jiraProjects: [project],
    jiraBoard: null,
    repositories: [`acme/${id}`],
    slackChannel: `C0${project}`,
    lead: null,
    rules: '',
    ...overrides,
  };
}

function person(id: string, roles: readonly string[] = []): Person {
  return { id, name: id, jira: null, bitbucket: null, slack: `U0${id.toUpperCase()}`, roles };
}

const pay = team('pay', 'PAY', { members: ['ana', 'both'] });
const hr = team('hr', 'HR', { members: ['both'], lead: 'eva' });
const known = { teams: [pay, hr], people: ['ana', 'both', 'eva', 'nobody'].map((id) => person(id)) };
const one = { teams: [pay], people: known.people };
const aboutHr: ContextFacts = {
  ...facts,
  issue: { ...facts.issue, key: 'HR-9', projectKey: 'HR' } as ContextFacts['issue'],
};

function asks(actor: string | null, channel = 'C0RANDOM'): PmEvent {
  return {
    type: 'app_mention',
    source: 'slack',
    tenant: 'T1',
    subject: `slack:${channel}/1`,
    project: channel,
    changeKey: null,
    occurredAt: null,
    actor: actor === null ? null : { id: actor, name: null, isBot: false },
    channel,
    ts: '1',
    threadTs: '1',
    text: 'what does HR-9 say?',
  };
}

const readable = (events: readonly PmEvent[], among = known) =>
  ['PAY', 'HR'].filter((project) => mayReadProject(project, events, null, among));

describe('a conversation where no team is at home', () => {
  test.each([
    ['a stranger', 'U0STRANGER', [], null],
    ['whoever pm-agent.yaml knows without a team', 'U0NOBODY', [], null],
    ['nobody whom Slack names', null, [], null],
    ['a member of one team', 'U0ANA', ['PAY'], 'pay'],
    ['the lead of one team', 'U0EVA', ['HR'], 'hr'],
    ['a member of both', 'U0BOTH', ['PAY', 'HR'], null],
  ])('has, with %s, what those teams have', (_who, actor, projects, owner) => {
    const events = [asks(actor)];

    expect(readable(events)).toEqual(projects);
    expect(teamOf(events, aboutHr, known)?.id ?? null).toBe(owner);
    expect(isNobodysPlace(events, known)).toBe(projects.length === 0);
    expect(readableBy(events, aboutHr, known)?.jiraProjects).toEqual(projects);
  });

  test('has only what everybody may have who speaks in it', () => {
    expect(readable([asks('U0ANA'), asks('U0STRANGER')])).toEqual([]);
    expect(readable([asks('U0BOTH'), asks('U0ANA')])).toEqual(['PAY']);
  });

  test('is a stranger’s with one team as well, and not that of those who are known', () => {
    expect(readable([asks('U0STRANGER')], one)).toEqual([]);
    expect(teamOf([asks('U0STRANGER')], facts, one)).toBeNull();
    expect(readable([asks('U0NOBODY')], one)).toEqual(['PAY']);
    expect(teamOf([asks('U0NOBODY')], facts, one)?.id).toBe('pay');
  });

  test('is not a bot’s, whoever listed it', () => {
    const bots = { teams: [pay], people: [person('echo', ['bot'])] };

    expect(readable([asks('U0ECHO')], bots)).toEqual([]);
  });

  test('tells what code has to tell to those who own the issue, or to the only team', () => {
    expect(toldTeamOf([asks('U0BOTH')], aboutHr, known)?.id).toBe('hr');
    expect(toldTeamOf([asks('U0STRANGER')], { ...facts, issue: null }, known)).toBeNull();
    expect(toldTeamOf([asks('U0STRANGER')], { ...facts, issue: null }, one)?.id).toBe('pay');
  });
});

test('a team’s channel has the team’s work, whoever speaks there', () => {
  expect(readable([asks('U0STRANGER', 'C0PAY')])).toEqual(['PAY']);
  expect(teamOf([asks('U0EVA', 'C0PAY')], aboutHr, known)?.id).toBe('pay');
});

test('without teams, or where none names a project, everything may be read', () => {
  expect(readable([asks('U0STRANGER')], { teams: [], people: [] })).toEqual(['PAY', 'HR']);
  expect(readableBy([asks('U0STRANGER')], facts, { teams: [], people: [] })).toBeNull();
});

test('an issue belongs to the team that has it now', () => {
  const moved = commentEvent({ project: 'PAY' });

  expect(teamOf([moved], aboutHr, known)?.id).toBe('hr');
  expect(mayReadProject('HR', [moved], 'HR', known)).toBe(true);
  expect(mayReadProject('PAY', [moved], 'HR', known)).toBe(false);
  expect(mayReadProject('SALES', [moved], 'SALES', one)).toBe(false);
});

test('a repository is its team’s, by whatever letters', () => {
  const spelled = { ...known, teams: [hr, { ...pay, repositories: ['acme/Pay-API'] }] };
  const pushed: PmEvent = {
    type: 'push',
    source: 'bitbucket',
    tenant: 'acme',
    subject: 'bitbucket:acme/pay-api',
    project: 'acme/pay-api',
    changeKey: null,
    occurredAt: null,
    actor: null,
    repository: 'acme/pay-api',
    changes: [],
  };

  expect(teamOf([pushed], null, spelled)?.id).toBe('pay');
});
