/** `pm-agent policy check` of rules whose requests nobody, or too few, can decide, and of times that never come. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { pmAgent } from './support.js';

const TEAM = [
  'people:',
  '  - { id: ana, name: Ana, roles: [lead] }',
  '  - { id: bo, name: Bo, roles: [dev] }',
  'groups: { release: [], office: [bo] }',
  'teams: [{ id: web, members: [ana], escalation: { lead: bo } }, { id: ops }]',
];
/** The line on which what the rule says begins. */
const RULE_LINE = TEAM.length + 7;

/** What is said of one rule that asks, with this in it. */
async function check(
  rule: readonly string[],
  more: { readonly when?: string; readonly verdict?: string } = {},
) {
  const cwd = mkdtempSync(join(tmpdir(), 'pm-agent-policy-'));
  const { when = '{}', verdict = 'ask' } = more;
  const lines = [
    ...TEAM,
    'policy:',
    '  deadline: 4h',
    '  rules:',
    '    - name: moves',
    `      when: ${when}`,
    `      verdict: ${verdict}`,
    ...rule.map((line) => `      ${line}`),
    '',
  ];
  writeFileSync(join(cwd, 'pm-agent.yaml'), lines.join('\n'));
  const { code, out, err } = await pmAgent(['policy', 'check'], {}, cwd);
  return { code, said: `${out}${err}` };
}

describe('is wrong, with the line and what to do:', () => {
  test.each([
    ['approvers: { people: [] }', "approvers.people: is empty, so that nobody is meant; write a person's id"],
    ['approvers: { roles: [] }', 'approvers.roles: is empty, so that nobody is meant; write a role name'],
    [
      'approvers: { groups: [] }',
      'approvers.groups: is empty, so that nobody is meant; write a name of groups',
    ],
    ['approvers: { people: [eve] }', 'approvers.people[0]: "eve" is not the id of one of people'],
    ['approvers: { groups: [night] }', 'approvers.groups[0]: "night" is neither one of groups'],
    ['escalation: [{ after: 1h, people: [] }]', 'escalation[0].people: is empty, so that nobody is meant'],
    [
      'approvers: {}',
      'approvers: says nothing, so that any operator may decide; name people, roles or groups, or leave it out',
    ],
    ['approvers: { notRequester: false }', 'approvers: says nothing, so that any operator may decide'],
    ['approvers: ana', 'approvers: "ana" is not people, roles, groups, count or notRequester'],
    ['approvers: { peple: [ana] }', 'approvers.peple: unknown key; did you mean "people"?'],
  ])('%s', async (line, words) => {
    const { code, said } = await check([line]);

    expect(code).toBe(1);
    expect(said).toContain(`pm-agent.yaml:${RULE_LINE}: policy.rules[0].${words}`);
  });
});

describe('may stand there, and is named, with the line and what to do:', () => {
  test.each([
    [
      'approvers: { roles: [head] }',
      [
        '.approvers.roles[0]: nobody has the role "head"; add it to people[].roles',
        'needs 1 to approve and 0 may',
      ],
    ],
    [
      'approvers: { groups: [release] }',
      ['.approvers.groups[0]: nobody is in "release"; add its members', 'needs 1 to approve and 0 may'],
    ],
    [
      'approvers: { roles: [dev], groups: [web] }',
      [': rule "moves" needs 1 to approve and 0 may, so what it asks'],
    ],
    [
      'approvers: { roles: [lead, head] }',
      ['.approvers.roles[1]: nobody has the role "head"; add it to people[].roles or correct it'],
    ],
    [
      'approvers: { count: 3 }',
      [
        ': rule "moves" needs 3 to approve and 2 may, so what it asks for expires; name more people, or lower count',
      ],
    ],
    [
      'approvers: { people: [ana], count: 2 }',
      [
        ': rule "moves" needs 2 to approve and 1 may, so what it asks for expires; name more people, or lower count',
      ],
    ],
    [
      'approvers: { people: [ana], notRequester: true }',
      [
        '.approvers.notRequester: rule "moves" needs 1 to approve and 1 may, of whom none decides on what they asked',
      ],
    ],
    [
      'approvers: { people: [ana, bo], count: 2, notRequester: true }',
      ['.approvers.notRequester: rule "moves" needs 2 to approve and 2 may'],
    ],
    ['escalation: [{ after: 1h, roles: [head] }]', ['.escalation[0]: nobody of people is meant by it']],
    [
      'escalation: [{ after: 4h, roles: [dev] }]',
      ['.escalation[0]: it never happens: the request expires after 4h'],
    ],
    [
      'remindAfter: 4h',
      ['.remindAfter: nobody is ever reminded: the request expires after 4h; write an earlier time'],
    ],
    [
      'secondApproverAfter: 5h',
      ['.secondApproverAfter: nobody else is ever asked: the request expires after 4h'],
    ],
  ])('%s', async (line, words) => {
    const { code, said } = await check([line]);

    expect(code).toBe(0);
    for (const one of words) {
      expect(said).toContain(one);
    }
    expect(said.split('\n').slice(1, -1)).toHaveLength(words.length);
    expect(said).toMatch(new RegExp(`^pm-agent.yaml:(${RULE_LINE}|${RULE_LINE - 3}): `, 'm'));
  });

  test('a reminder that comes after the rule’s own deadline', async () => {
    const { said } = await check(['deadline: 30m', 'remindAfter: 1h']);

    expect(said).toContain(
      `pm-agent.yaml:${RULE_LINE + 1}: policy.rules[0].remindAfter: nobody is ever reminded`,
    );
  });

  test('a second approver where no team that is meant has a lead', async () => {
    const { said } = await check(['secondApproverAfter: 1h'], { when: '{ team: ops }' });

    expect(said).toContain('.secondApproverAfter: it asks nobody: no team that the rule is for has a lead');
  });

  test('of what is asked about although the rule says auto', async () => {
    const { said } = await check(['approvers: { roles: [head] }'], {
      when: '{ action: jira.transition, to: Done }',
      verdict: 'auto',
    });

    expect(said).toContain('needs 1 to approve and 0 may');
  });
});

test.each([
  ['approvers: { people: [ana], count: 2 }', 'escalation: [{ after: 1h, groups: [office] }]'],
  ['approvers: { people: [ana], count: 2 }', 'secondApproverAfter: 1h'],
  ['approvers: { people: [ana, bo], notRequester: true }', 'remindAfter: 1h'],
  ['remindAfter: 3h', 'secondApproverAfter: 3h'],
])('nothing is said of %s with %s', async (...rule) => {
  expect((await check(rule)).said).toMatch(/^pm-agent.yaml is right [^\n]*\n$/);
});

/** What is said of a whole file. */
async function checkFile(
  text: string,
  name = 'pm-agent.yaml',
  env: Record<string, string> = {},
  asked: string[] = [],
) {
  const cwd = mkdtempSync(join(tmpdir(), 'pm-agent-policy-'));
  writeFileSync(join(cwd, name), text);
  return pmAgent(['policy', ...(asked.length === 0 ? ['check'] : asked)], env, cwd);
}

describe('of a file', () => {
  test('each thing that is wrong stands in a line of its own', async () => {
    const { code, err } = await checkFile(
      [
        'policy:',
        '  default: maybe',
        '  rules:',
        '    - { name: a, verdict: ask }',
        '    - { name: b, verdict: no, when: {} }',
        '',
      ].join('\n'),
    );

    expect(code).toBe(1);
    expect(err).toBe(
      [
        'pm-agent: 3 settings are wrong:',
        'pm-agent.yaml:2: policy.default: "maybe" is not one of auto, ask, never',
        'pm-agent.yaml:4: policy.rules[0].when: is missing; write its conditions, or {} where it is meant for every action',
        'pm-agent.yaml:5: policy.rules[1].verdict: "no" is not one of auto, ask, never',
        '',
      ].join('\n'),
    );
  });

  test.each([
    [
      'a list of working days that is empty',
      'calendar: { days: [] }',
      'teams[0].calendar.days: is empty, so that nobody ever works; name a day',
    ],
    ['text in place of keys', 'calendar: always', 'teams[0].calendar: is not keys, each with its value'],
  ])('%s is wrong, in words', async (_what, part, words) => {
    const { code, err } = await checkFile(`teams: [{ id: web, ${part} }]\n`);

    expect(code).toBe(1);
    expect(err).toContain(`pm-agent.yaml:1: ${words}`);
    expect(err).not.toContain('Invalid input');
  });

  test('it is the one that PM_AGENT_CONFIG names, where none is given', async () => {
    const env = { PM_AGENT_CONFIG: 'other.yaml' };
    const checked = await checkFile('policy: { default: ask }\n', 'other.yaml', env);
    const gone = await checkFile('policy: { default: ask }\n', 'pm-agent.yaml', env);
    const given = await checkFile('policy: { default: ask }\n', 'pm-agent.yaml', env, [
      'check',
      'pm-agent.yaml',
    ]);

    expect([checked.code, checked.out]).toEqual([0, expect.stringContaining('other.yaml is right')]);
    expect([gone.code, gone.err]).toEqual([1, expect.stringContaining('PM_AGENT_CONFIG: there is no file')]);
    expect([given.code, given.out]).toEqual([0, expect.stringContaining('pm-agent.yaml is right')]);
  });

  test('so is that by which an action is explained', async () => {
    const text = 'policy: { default: ask, rules: [{ name: from elsewhere, when: {}, verdict: never }] }\n';
    const cwd = mkdtempSync(join(tmpdir(), 'pm-agent-policy-'));
    writeFileSync(join(cwd, 'other.yaml'), text);
    writeFileSync(join(cwd, 'action.yaml'), 'action: jira.comment\nevent: comment_created\n');
    const env = { PM_AGENT_CONFIG: 'other.yaml' };
    const { out } = await pmAgent(['policy', 'explain', 'action.yaml'], env, cwd);

    expect(out).toContain('from elsewhere');
  });
});
