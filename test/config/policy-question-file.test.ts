/** `policy explain <file>`: a file can ask about everything that a rule can name, and that grade and verdict rest on. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readPolicyQuestion } from '../../src/config/policy-question-file.js';
import { judge, type Policy, type PolicyQuestion, type RuleCondition } from '../../src/domain/policy.js';

const cwd = mkdtempSync(join(tmpdir(), 'pm-agent-question-'));

function ask(text: string): PolicyQuestion {
  const path = join(cwd, 'q.yaml');
  writeFileSync(path, text);
  return readPolicyQuestion(path);
}

const COMMENT = 'action: jira.comment\nevent: comment_created\n';
const MOVE = 'action: jira.transition\nevent: issue_updated\n';
const MESSAGE = 'action: slack.message\nevent: app_mention\n';

/** What a rule says, a file of which it holds, and one of which it does not. */
interface Row<K extends keyof RuleCondition> {
  readonly when: Required<Pick<RuleCondition, K>>;
  readonly holds: string;
  readonly fails: string;
}

/** A row for each condition that a rule can name: the compiler demands the one of a new condition. */
const CONDITIONS: { readonly [K in keyof RuleCondition]-?: readonly Row<K>[] } = {
  action: [{ when: { action: ['jira.comment'] }, holds: COMMENT, fails: MOVE }],
  event: [{ when: { event: ['comment_created'] }, holds: COMMENT, fails: MOVE }],
  project: [
    { when: { project: ['PAY'] }, holds: `${COMMENT}project: PAY\n`, fails: `${COMMENT}project: WEB\n` },
  ],
  to: [{ when: { to: ['Done'] }, holds: `${MOVE}to: Done\n`, fails: `${MOVE}to: In Review\n` }],
  team: [{ when: { team: ['web'] }, holds: `${COMMENT}team: web\n`, fails: COMMENT }],
  actor: [
    {
      when: { actor: ['role:lead'] },
      holds: `${COMMENT}actor: [ana, "role:lead"]\n`,
      fails: `${COMMENT}actor: ana\n`,
    },
    { when: { actor: ['nobody'] }, holds: `${COMMENT}actor: nobody\n`, fails: `${COMMENT}actor: bot\n` },
  ],
  risk: [
    { when: { risk: ['G3'] }, holds: `${MOVE}to: Shipped\ntoIsFinal: true\n`, fails: `${MOVE}to: Shipped\n` },
    { when: { risk: ['G3'] }, holds: `${COMMENT}customers: true\n`, fails: COMMENT },
    { when: { risk: ['G3'] }, holds: `${MESSAGE}everybody: true\n`, fails: MESSAGE },
    {
      when: { risk: ['G3'] },
      holds: 'action: escalate\nevent: push\neverybody: true\n',
      fails: 'action: escalate\nevent: push\n',
    },
    {
      when: { risk: ['G3'] },
      holds: 'action: jira.update_fields\nevent: push\npriority: true\n',
      fails: 'action: jira.update_fields\nevent: push\n',
    },
  ],
  time: [
    {
      when: { time: ['22:00-06:00'] },
      holds: `${COMMENT}time: "23:30"\n`,
      fails: `${COMMENT}time: "06:00"\n`,
    },
    {
      when: { time: ['off'] },
      holds: `${COMMENT}time: "12:00"\nworkingHours: false\n`,
      fails: `${COMMENT}time: "12:00"\n`,
    },
  ],
};

const policy = (when: RuleCondition, verdict: 'auto' | 'never'): Policy => ({
  version: 'v',
  default: 'ask',
  deadlineMs: null,
  rules: [{ name: 'rule', when, verdict }],
});

describe('a rule about', () => {
  test.each(
    Object.entries(CONDITIONS).flatMap(([name, rows]) =>
      rows.map(({ when, holds, fails }) => [name, when as RuleCondition, holds, fails] as const),
    ),
  )('%s (%j) can be asked about', (_name, when, holds, fails) => {
    expect(judge(policy(when, 'never'), ask(holds)).rule).toBe('rule');
    expect(judge(policy(when, 'never'), ask(fails)).rule).toBe('default');
  });
});

/** What the policy is asked besides what a rule names, and what a file says of it: the compiler demands a new one. */
const REST: {
  readonly [M in Exclude<keyof PolicyQuestion, keyof RuleCondition>]-?: readonly [
    text: string,
    said: unknown,
  ];
} = {
  toIsFinal: [`${MOVE}to: Done\ntoIsFinal: false\n`, false],
  raisedBy: [`${COMMENT}customers: true\n`, 'customers read it'],
  isDirect: [`${MESSAGE}direct: true\n`, true],
};

test.each(Object.entries(REST))('%s can be said', (member, [text, said]) => {
  expect(ask(text)).toMatchObject({ [member]: said });
});

test('a message to one person goes by itself only by a rule that names whom', () => {
  const direct = ask(`${MESSAGE}direct: true\nproject: U0ANA\n`);

  expect(judge(policy({}, 'auto'), direct)).toMatchObject({
    verdict: 'ask',
    rule: 'rule (asks: it goes to one person)',
  });
  expect(judge(policy({ project: ['U0ANA'] }, 'auto'), direct)).toMatchObject({ verdict: 'auto' });
});

describe('is refused, with the line and what to do:', () => {
  test.each([
    [
      `${COMMENT}priority: true\n`,
      'q.yaml:3: priority: can be so of jira.update_fields alone, not of jira.comment; leave it out',
    ],
    [
      `${MESSAGE}to: Done\n`,
      'q.yaml:3: to: can be so of jira.transition alone, not of slack.message; leave it out',
    ],
    [
      `${COMMENT}direct: true\n`,
      'q.yaml:3: direct: can be so of slack.message alone, not of jira.comment; leave it out',
    ],
    [
      `${MOVE}everybody: true\n`,
      'q.yaml:3: everybody: can be so of slack.message or escalate alone, not of jira.transition; leave it out',
    ],
    [
      `${MOVE}toIsFinal: true\n`,
      'q.yaml:3: toIsFinal: says nothing without to; write to which status it leads',
    ],
    [
      `${MOVE}workingHours: false\n`,
      'q.yaml:3: workingHours: says nothing without time; write the time too, like "23:30"',
    ],
    [`${MOVE}direct: yes please\n`, 'q.yaml:3: direct: "yes please" is not true or false'],
    [`${MOVE}prioriti: true\n`, 'q.yaml:3: prioriti: unknown key; did you mean "priority"?'],
  ])('%s', (text, words) => {
    expect(() => ask(text)).toThrow(words);
  });
});
