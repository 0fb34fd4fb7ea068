/** Decisions that nobody wrote: near what is allowed, so that enough of them pass, and with one thing of each wrong now and then. */
import fc from 'fast-check';
import { ANA, CUSTOMER } from '../../src/sandbox/seed/people.js';
import { CONFIGURED, TOKENS } from '../domain/output/support.js';
import { hostileMarkdown } from '../support/hostile-markdown.js';
import { FIELDS, type Field } from './carriers.js';

const one = <T>(...values: readonly T[]) => fc.constantFrom(...values);
/** One of the wrong ones now and then. */
const mostly = <T>(right: readonly T[], wrong: readonly T[]) =>
  fc.oneof({ weight: 7, arbitrary: one(...right) }, { weight: 1, arbitrary: one(...wrong) });
const words = fc.oneof(
  { weight: 4, arbitrary: hostileMarkdown },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 300 }) },
  one('fine', '', ' ', '\u200B', 'x'.repeat(8_000), 'x'.repeat(8_001), CONFIGURED, ...Object.values(TOKENS)),
);
const line = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 80 }) },
  { weight: 1, arbitrary: words },
);
const foreign = ['PAY-2', 'HR-7', 'HR-9', 'pay-1', 'PAY-1 ', '\u0420AY-1', 'PAY-1/../HR-9', ''];
const key = mostly(['PAY-1'], foreign);
const hidden = ['\u200B', '\u202E', '\u{E0064}', '\u00AD'];
const foreignPeople = [
  '712020:eve',
  'mallory',
  CUSTOMER.jira,
  'Ana Lindqvist',
  CONFIGURED,
  ...hidden.map((unseen) => `${ANA.jira}${unseen}`),
];
const foreignResolutions = [
  'Fixed',
  '10000',
  'Done","id":"10002',
  '<!channel>',
  'https://evil.example/?d=x',
  CONFIGURED,
  ...Object.values(TOKENS),
  ...hidden.map((unseen) => `Do${unseen}ne`),
];
const near = {
  priority: fc.option(mostly(['High', 'Highest'], [CONFIGURED])),
  labels: fc.array(mostly(['late', 'x'], ['a b', '<!channel>']), { maxLength: 3 }),
};

/** One row a kind. */
const payloads = {
  'jira.comment': fc.record({ issueKey: key, as: mostly(['answer', 'status_note'], ['shout']), body: words }),
  'jira.transition': fc.record(
    {
      issueKey: key,
      toStatus: mostly(['Done', 'In Review'], ['done', 'Released', "Done'--"]),
      resolution: mostly(["Won't Do", 'duplicate', ''], foreignResolutions),
      assignee: mostly([ANA.jira, ''], foreignPeople),
    },
    { requiredKeys: ['issueKey', 'toStatus'] },
  ),
  'jira.assign': fc.record({
    issueKey: key,
    accountId: fc.option(mostly([ANA.jira], foreignPeople)),
  }),
  'jira.update_fields': fc.record({
    issueKey: key,
    priority: near.priority,
    addLabels: near.labels,
    removeLabels: near.labels,
    dueDate: fc.option(mostly(['2126-12-24'], ['2026-99-99', 'tomorrow'])),
    estimate: fc.option(mostly([0, 3], [1_001, -1, Number.NaN])),
    sprint: fc.option(mostly(['active', 'next'], ['last'])),
  }),
  'jira.link': fc.record({
    issueKey: key,
    relation: mostly(['blocks', 'relates to'], ['is part of', CONFIGURED]),
    toKey: mostly(['PAY-2', 'PAY-3'], foreign),
  }),
  'jira.create_issue': fc.record({
    issueKey: key,
    as: mostly(['subtask', 'follow_up'], ['epic']),
    issueType: fc.option(mostly(['Task'], [CONFIGURED]), { freq: 1 }),
    summary: line,
    description: words,
  }),
  'slack.message': fc.record({
    channel: mostly(['C0PAY'], ['C0CEO', 'U0EVE', '#general']),
    threadTs: fc.option(mostly(['1700000000.000100'], ['1600000000.000001'])),
    text: words,
  }),
  'bitbucket.pr_comment': fc.record({
    repository: mostly(['acme/pay-api'], ['acme/secret-repo', '../x']),
    pullRequestId: mostly([1], [99, 0, -1]),
    as: one('answer', 'status_note'),
    inline: fc.oneof(
      { weight: 7, arbitrary: fc.constant(null) },
      {
        weight: 1,
        arbitrary: fc.record({
          path: one('src/a.ts', '../../etc/passwd'),
          line: one(1, 0),
          side: one('new', 'old'),
        }),
      },
    ),
    body: words,
  }),
  escalate: fc.record({ reason: line, text: words, level: mostly(['info', 'critical'], ['apocalypse']) }),
} as const;

const known = fc.oneof(
  ...Object.entries(payloads).map(([kind, payload]) =>
    (payload as fc.Arbitrary<object>).map((given) => ({ kind, payload: given })),
  ),
);
const member = fc.dictionary(
  one('approved', 'to', 'verdict', 'visibility', '__proto__', 'hash'),
  one<unknown>(true, 'U0EVE', 'auto', null),
  { maxKeys: 1 },
);
const action = fc.oneof(
  { weight: 12, arbitrary: known },
  { weight: 1, arbitrary: fc.tuple(known, member).map(([given, more]) => ({ ...given, ...more })) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(known, member)
      .map(([given, more]) => ({ ...given, payload: { ...given.payload, ...more } })),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: one('policy.update', 'jira.delete_issue', 'constructor'),
      payload: fc.object(),
    }),
  },
  { weight: 1, arbitrary: fc.json().map((text) => JSON.parse(text)) },
);
export const KINDS_GENERATED: readonly string[] = Object.keys(payloads);

export interface Generated {
  readonly field: Field;
  /** What stands in the field. */
  readonly text: string;
  readonly actions: readonly unknown[];
}

export const generated: fc.Arbitrary<Generated> = fc.record({
  field: one(...FIELDS),
  text: hostileMarkdown,
  actions: fc.oneof(
    { weight: 9, arbitrary: fc.array(action, { maxLength: 3 }) },
    { weight: 1, arbitrary: fc.array(action, { maxLength: 12 }) },
  ),
});
