import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { parseAgentFile } from '../../src/config/agent-file.js';
import { jsonSchema } from '../../src/config/agent-file-schema.js';
import { ConfigError } from '../../src/config/config.js';
import { BUILT_IN_AUTONOMY } from '../../src/domain/autonomy.js';
import { judge } from '../../src/domain/policy.js';

const EXAMPLE = readFileSync(join(process.cwd(), 'pm-agent.example.yaml'), 'utf8');

function read(text: string) {
  return parseAgentFile(text, 'pm-agent.yaml', null);
}

function messageOf(text: string): string {
  try {
    read(text);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  }
  throw new Error('it was accepted');
}

describe('a file that is wrong is refused with line and key:', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    [
      'an unknown key',
      'agent: {}\npolicy:\n  rulez: []\n',
      'pm-agent.yaml:3: policy.rulez: unknown key; did you mean "rules"?',
    ],
    ['an unknown part', 'team: []\n', 'pm-agent.yaml:1: team: unknown key; did you mean "teams"?'],
    [
      'a key unlike any known one',
      'retention:\n  forever: true\n',
      'pm-agent.yaml:2: retention.forever: unknown key; known here: events, cycles',
    ],
    [
      'events that are forgotten too soon',
      'retention:\n  events: 29d\n',
      'pm-agent.yaml:2: retention.events: "29d" is too short; write 30d or longer: a delivery that comes again is recognised for as long as its event is kept',
    ],
    [
      'a retention without a unit',
      'retention:\n  events: 90\n',
      'pm-agent.yaml:2: retention.events: 90 is not a duration like 500ms, 3s, 15m, 24h or 7d',
    ],
    [
      'more turns of the model than are sensible',
      'limits:\n  modelTurns: 11\n',
      'pm-agent.yaml:2: limits.modelTurns: 11 is more than the 10 that are sensible',
    ],
    [
      'a priority without a name',
      'routing:\n  criticalPriorities: [Highest, ""]\n',
      'pm-agent.yaml:2: routing.criticalPriorities[1]: "" is not the name of a priority',
    ],
    [
      'a rule that sends nothing to a model',
      'routing:\n  hard: [asked, bookkeeping]\n',
      'pm-agent.yaml:2: routing.hard[1]: "bookkeeping" is not one of asked, critical work, failed build, blocked sprint work, red main branch',
    ],
    [
      'a reply with no room for a thought',
      'limits:\n  replyTokens: 3999\n',
      'pm-agent.yaml:2: limits.replyTokens: 3999 is not from 4000 to 21333',
    ],
    [
      'a first look that would have to be a stream',
      'limits:\n  triageTokens: 21334\n',
      'pm-agent.yaml:2: limits.triageTokens: 21334 is not from 500 to 21333',
    ],
    [
      'a key inside a list',
      'people:\n  - id: a\n    name: A\n    mail: x\n',
      'pm-agent.yaml:4: people[0].mail: unknown key; known here: id, name, jira, bitbucket, slack, roles',
    ],
    [
      'a missing name',
      'people:\n  - id: a\n',
      "pm-agent.yaml:2: people[0].name: is missing; write the person's name",
    ],
    [
      'an unknown verdict',
      'policy:\n  default: maybe\n',
      'pm-agent.yaml:2: policy.default: "maybe" is not one of auto, ask, never',
    ],
    [
      'a deadline without a unit',
      'policy:\n  deadline: 24\n',
      'pm-agent.yaml:2: policy.deadline: 24 is not a duration like 500ms, 3s, 15m, 24h or 7d',
    ],
    [
      'an unknown time zone',
      'teams:\n  - id: a\n    timezone: Europe/Atlantis\n',
      'pm-agent.yaml:3: teams[0].timezone: "Europe/Atlantis" is not a time zone like Europe/Berlin',
    ],
    [
      'a member that nobody is',
      'teams:\n  - id: a\n    members:\n      - ghost\n',
      'pm-agent.yaml:4: teams[0].members[0]: "ghost" is not the id of one of people; add the person or correct the id',
    ],
    [
      'an absence of nobody',
      'teams:\n  - id: a\n    calendar:\n      away:\n        - { person: ghost, from: 2026-12-24 }\n',
      'pm-agent.yaml:5: teams[0].calendar.away[0].person: "ghost" is not the id of one of people; add the person or correct the id',
    ],
    [
      'an absence on a day that is none',
      'people: [{ id: a, name: A }]\nteams:\n  - id: a\n    calendar:\n      away:\n        - { person: a, from: 2026-02-30 }\n',
      'pm-agent.yaml:6: teams[0].calendar.away[0].from: "2026-02-30" is not a day like "2026-12-24"',
    ],
    [
      'an absence that ends before it begins',
      'people: [{ id: a, name: A }]\nteams:\n  - id: a\n    calendar:\n      away:\n        - { person: a, from: 2026-12-24, to: 2026-12-23 }\n',
      'pm-agent.yaml:6: teams[0].calendar.away[0].to: ends before it begins; swap from and to',
    ],
    [
      'an approver that nobody is',
      'policy:\n  rules:\n    - name: x\n      when: {}\n      verdict: ask\n      approvers: { people: [ghost] }\n',
      'pm-agent.yaml:6: policy.rules[0].approvers.people[0]: "ghost" is not the id of one of people; add the person or correct the id',
    ],
    [
      'two people with one id',
      'people:\n  - { id: a, name: A }\n  - { id: a, name: B }\n',
      'pm-agent.yaml:3: people[1].id: "a" stands twice; ids are unique',
    ],
    [
      'two rules with one name',
      'policy:\n  rules:\n    - { name: moves, when: {}, verdict: ask }\n    - { name: other, when: {}, verdict: ask }\n    - name: "moves "\n      when: {}\n      verdict: auto\n',
      'pm-agent.yaml:5: policy.rules[2].name: "moves" is the name of policy.rules[0] (line 3) already, and history and audit tell rules by their names; give this rule a name of its own',
    ],
    [
      'a rule named like where no rule spoke',
      'policy:\n  rules:\n    - { name: default, when: {}, verdict: ask }\n',
      'pm-agent.yaml:3: policy.rules[0].name: "default" is what history and audit call it where no rule of this file decided; give this rule a name of its own',
    ],
    [
      'a span of the day that never holds',
      'policy:\n  rules:\n    - name: nights\n      when:\n        time: "00:00-00:00"\n      verdict: ask\n',
      'pm-agent.yaml:5: policy.rules[0].when.time: "00:00-00:00" ends when it begins, so that it never holds; leave time out for always',
    ],
    [
      'one of several spans of the day that never holds',
      'policy:\n  rules:\n    - name: nights\n      when:\n        time: [off, "22:00-22:00"]\n      verdict: ask\n',
      'pm-agent.yaml:5: policy.rules[0].when.time[1]: "22:00-22:00" ends when it begins, so that it never holds; leave time out for always',
    ],
    [
      'hours in which nobody ever works',
      'teams: [{ id: a, calendar: { hours: "09:00-09:00" } }]\n',
      'pm-agent.yaml:1: teams[0].calendar.hours: "09:00-09:00" end when they begin, so that nobody ever works; write "00:00-24:00" for the whole day',
    ],
    [
      'hours that go past midnight',
      'teams: [{ id: a, calendar: { hours: "22:00-06:00" } }]\n',
      'pm-agent.yaml:1: teams[0].calendar.hours: "22:00-06:00" end before they begin, and hours lie within one day; write hours like "09:00-17:00"',
    ],
    [
      'hours that end after the day does',
      'teams: [{ id: a, calendar: { hours: "09:00-24:30" } }]\n',
      'pm-agent.yaml:1: teams[0].calendar.hours: "09:00-24:30" is not hours like "09:00-17:00"',
    ],
    [
      'a blackout that ends before it begins',
      'teams: [{ id: a, calendar: { blackout: ["2027-01-01/2026-12-24"] } }]\n',
      'pm-agent.yaml:1: teams[0].calendar.blackout[0]: "2027-01-01/2026-12-24" ends before it begins; swap the two days',
    ],
    [
      'a blackout on a day that is none',
      'teams: [{ id: a, calendar: { blackout: [2026-12-24/2026-02-30] } }]\n',
      'pm-agent.yaml:1: teams[0].calendar.blackout[0]: "2026-12-24/2026-02-30" is not a date or range like "2026-12-24/2027-01-01"',
    ],
    [
      'two people with one account',
      'people:\n  - { id: a, name: A, slack: U1 }\n  - { id: b, name: B, jira: j1 }\n  - { id: c, name: C, slack: U1 }\n',
      'pm-agent.yaml:4: people[2].slack: "U1" is the account of "a" already; one account is one person',
    ],
    [
      'a negative budget',
      'budgets:\n  perDay: -1\n',
      'pm-agent.yaml:2: budgets.perDay: -1 is not a number of 0 or more',
    ],
    [
      'a time that is none',
      'reports:\n  standup: { at: "25:00" }\n',
      'pm-agent.yaml:2: reports.standup.at: "25:00" is not a time like "09:30" or "mon 10:00"',
    ],
  ];

  test.each(cases)('%s', (_name, text, expected) => {
    expect(messageOf(text)).toBe(expected);
  });

  test('an action that does not exist, in a list and alone', () => {
    const rule = (action: string) =>
      `policy:\n  rules:\n    - name: x\n      when: { action: ${action} }\n      verdict: auto\n`;
    expect(messageOf(rule('jira.delete'))).toMatch(
      /^pm-agent\.yaml:4: policy\.rules\[0\]\.when\.action: "jira\.delete" is not one of /,
    );
    expect(messageOf(rule('[jira.comment, jira.delete]'))).toMatch(
      /^pm-agent\.yaml:4: policy\.rules\[0\]\.when\.action\[1\]: "jira\.delete" is not one of /,
    );
  });

  test('broken YAML', () => {
    expect(messageOf('agent: {}\nteams: [\n')).toMatch(/^pm-agent\.yaml:\d: /);
  });

  test('a list where a map belongs', () => {
    expect(messageOf('- a\n')).toMatch(/^pm-agent\.yaml:1: /);
  });
});

describe('the policy of a file', () => {
  test('is the built-in one where the file has none', () => {
    const { policy } = read('');
    expect(policy.version).toMatch(/^[0-9a-f]{12}$/);
    expect(
      judge(policy, { action: 'jira.comment', event: 'comment_created', project: 'PAY', to: null }).verdict,
    ).toBe('auto');
  });

  test('has no rules where it is given without', () => {
    const { policy } = read('policy: { default: never }');
    expect(policy.rules).toEqual([]);
    expect(
      judge(policy, { action: 'jira.comment', event: 'comment_created', project: 'PAY', to: null }).verdict,
    ).toBe('never');
  });

  test('takes one value where a list may stand', () => {
    const { policy } = read(
      'policy: { rules: [{ name: a, when: { action: jira.transition, to: Done, project: PAY }, verdict: auto }] }',
    );
    expect(policy.rules[0]?.when).toEqual({ action: ['jira.transition'], to: ['Done'], project: ['PAY'] });
  });

  test('changes its version with its content, not with its spelling', () => {
    const one = read('policy: { default: ask, deadline: 24h }').policy.version;
    expect(read('policy:\n  deadline: 1d\n  default: ask\n').policy.version).toBe(one);
    expect(read('policy: { default: auto, deadline: 24h }').policy.version).not.toBe(one);
  });

  test('keeps who may decide, how many have to, and how long it waits before what', () => {
    const { policy } = read(
      'policy: { rules: [{ name: a, when: { action: jira.transition }, verdict: ask, approvers: { roles: [lead], count: 2, notRequester: true }, deadline: 4h, remindAfter: 1h, secondApproverAfter: 2h }] }',
    );

    expect(policy.rules[0]).toMatchObject({
      verdict: 'ask',
      approvers: { roles: ['lead'], count: 2, notRequester: true },
      waits: { deadlineMs: 14_400_000, remindAfterMs: 3_600_000, secondApproverAfterMs: 7_200_000 },
    });
  });

  test('keeps to whom it goes on, the soonest first, and what happens where nobody decides', () => {
    const { policy } = read(
      'people: [{ id: ana, name: Ana }]\npolicy: { onExpiry: escalate, rules: [{ name: a, when: {}, verdict: ask, onExpiry: ask_again, escalation: [{ after: 8h, roles: [head] }, { after: 4h, people: [ana] }] }, { name: b, when: {}, verdict: ask }] }',
    );

    expect(policy.rules[0]).toMatchObject({
      onExpiry: 'ask_again',
      escalation: [
        { afterMs: 14_400_000, approvers: { people: ['ana'] } },
        { afterMs: 28_800_000, approvers: { roles: ['head'] } },
      ],
    });
    const question = { action: 'jira.comment', event: 'issue_created', project: null, to: null } as const;
    expect(judge(policy, question)).toMatchObject({ onExpiry: 'ask_again' });
    expect(judge({ ...policy, rules: policy.rules.slice(1) }, question)).toMatchObject({
      onExpiry: 'escalate',
    });
    expect(judge({ ...policy, rules: [] }, question)).toMatchObject({ onExpiry: 'escalate' });
    expect(judge(read('policy: { onExpiry: drop }').policy, question)).not.toHaveProperty('onExpiry');
  });

  test('gives a team its calendar, and its members as a group', () => {
    const { teams, groups } = read(
      'people: [{ id: ana, name: Ana }]\nteams: [{ id: a, timezone: Europe/Berlin, members: [ana], calendar: { hours: "08:30-16:00", holidays: DE, blackout: [2026-12-24, 2026-12-28/2026-12-31] } }, { id: b }]',
    );

    expect(teams[0]?.calendar).toMatchObject({
      timezone: 'Europe/Berlin',
      from: 510,
      to: 960,
      holidays: 'DE',
      blackout: [
        ['2026-12-24', '2026-12-24'],
        ['2026-12-28', '2026-12-31'],
      ],
    });
    expect(teams[1]?.calendar).toBeNull();
    expect(groups).toEqual({ a: ['ana'], b: [] });
  });

  test('says who is away, for a day where it names no last one', () => {
    const { teams } = read(
      'people: [{ id: ana, name: Ana }]\nteams: [{ id: a, calendar: { away: [{ person: ana, from: 2026-12-24 }, { person: ana, from: 2026-12-28, to: 2026-12-31 }] } }, { id: b }]',
    );

    expect(teams.map(({ away }) => away)).toEqual([
      [
        { person: 'ana', from: '2026-12-24', to: '2026-12-24' },
        { person: 'ana', from: '2026-12-28', to: '2026-12-31' },
      ],
      [],
    ]);
  });

  test('ignores kinds of a later version without matching anything else', () => {
    const { policy } = read(
      'policy: { default: ask, rules: [{ name: a, when: { action: jira.create_issue }, verdict: auto }] }',
    );
    expect(
      judge(policy, { action: 'jira.comment', event: 'issue_created', project: null, to: null }).rule,
    ).toBe('default');
  });
});

describe('pm-agent.example.yaml', () => {
  test('is right, and names the demo team', () => {
    const file = read(EXAMPLE);
    expect(file.people[0]).toMatchObject({ id: 'lead-1', name: 'Ana Lindqvist', roles: ['lead'] });
    expect(file.teams.flatMap((team) => team.jiraProjects)).toEqual(['PAY', 'WEB']);
    expect(file.teams.flatMap((team) => team.repositories)).toEqual(['acme/pay-api', 'acme/pay-web']);
    expect(file.warnings).toEqual([]);
  });

  test('fits the published JSON Schema, and a wrong file does not', () => {
    const validate = new Ajv2020({ strict: false }).compile(jsonSchema());
    expect(validate(parse(EXAMPLE))).toBe(true);
    expect(validate({ policy: { rulez: [] } })).toBe(false);
  });
});

test('prices without cache prices get the usual factors', () => {
  const { prices } = read('prices: { claude-x: { input: 2, output: 10 } }');
  expect(prices['claude-x']).toEqual({ input: 2, output: 10, cacheRead: 0.2, cacheWrite: 2.5 });
});

describe('autonomy', () => {
  const read = (yaml: string) => parseAgentFile(yaml, 'pm-agent.yaml', null).autonomy;

  test('without that part nobody chose a level; with it the highest is chosen', () => {
    expect(read('')).toEqual(BUILT_IN_AUTONOMY);
    expect(read('autonomy: {}')).toEqual({
      ...BUILT_IN_AUTONOMY,
      default: 'announce',
      floor: 'observe',
    });
  });

  test('is read with its defaults, one value or a list in each condition', () => {
    const yaml =
      'autonomy: { default: propose, demoteWithin: 3d, levels: [{ action: jira.comment, project: [PAY, WEB], level: observe }] }';

    expect(read(yaml)).toEqual({
      default: 'propose',
      levels: [{ action: ['jira.comment'], project: ['PAY', 'WEB'], level: 'observe' }],
      floor: 'observe',
      promoteAfter: 30,
      demoteAfterRejections: 2,
      withinMs: 3 * 86_400_000,
    });
  });

  test('a level that does not exist is named with its line', () => {
    expect(() => read('autonomy:\n  default: always')).toThrow(
      /pm-agent\.yaml:2: autonomy\.default.*one of observe/,
    );
  });
});
