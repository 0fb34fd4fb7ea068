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
