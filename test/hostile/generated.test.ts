/** Ten thousand decisions that nobody wrote: through the plan, and what passes to the executors, down to the exact requests. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createExecutors, prepareEffect } from '../../src/activities/actions/index.js';
import { blocked } from '../../src/activities/blocked.js';
import { effectMark } from '../../src/activities/effect-mark.js';
import { isDenied, type PlannedAction } from '../../src/domain/cycle.js';
import { CONFIGURED, TOKENS } from '../domain/output/support.js';
import { cycleInput } from '../support/builders.js';
import { hostileMarkdown } from '../support/hostile-markdown.js';
import { carry, FIELDS } from './carriers.js';
import { actionBreaches, receivedBreaches } from './rules.js';
import { judged, OUTPUT, openHostileWorld } from './world.js';

const DECISIONS = 10_000;
/** Of those that pass, so many are prepared by their executors: each may ask the sandbox first. */
const PREPARED = 500;
const AT_MOST_MS = 600_000;

const one = <T>(...values: readonly T[]) => fc.constantFrom(...values);
const words = fc.oneof(
  { weight: 4, arbitrary: hostileMarkdown },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 300 }) },
  one('fine', '', ' ', '\u200B', 'x'.repeat(8_000), 'x'.repeat(8_001), CONFIGURED, ...Object.values(TOKENS)),
);
const key = one(
  'PAY-1',
  'PAY-1',
  'PAY-2',
  'HR-7',
  'HR-9',
  'pay-1',
  'PAY-1 ',
  '\u0420AY-1',
  'PAY-1/../HR-9',
  '',
);
const near = {
  priority: fc.option(one('High', 'Highest', CONFIGURED)),
  labels: fc.array(one('late', 'a b', '<!channel>', 'x'), { maxLength: 3 }),
};

const payloads = {
  'jira.comment': fc.record({ issueKey: key, as: one('answer', 'status_note', 'shout'), body: words }),
  'jira.transition': fc.record({
    issueKey: key,
    toStatus: one('Done', 'done', 'In Review', 'Released', "Done'--"),
  }),
  'jira.assign': fc.record({
    issueKey: key,
    accountId: fc.option(one('712020:ana', '712020:eve', 'mallory')),
  }),
  'jira.update_fields': fc.record({
    issueKey: key,
    priority: near.priority,
    addLabels: near.labels,
    removeLabels: near.labels,
    dueDate: fc.option(one('2026-12-24', '2026-99-99', 'tomorrow')),
    estimate: fc.option(one(0, 3, 1_001, -1, Number.NaN)),
    sprint: fc.option(one('active', 'next', 'last')),
  }),
  'jira.link': fc.record({ issueKey: key, relation: one('blocks', 'is part of', CONFIGURED), toKey: key }),
  'jira.create_issue': fc.record({
    issueKey: key,
    as: one('subtask', 'follow_up', 'epic'),
    issueType: fc.option(one('Task', CONFIGURED)),
    summary: words,
    description: words,
  }),
  'slack.message': fc.record({
    channel: one('C0PAY', 'C0PAY', 'C0CEO', 'U0EVE', '#general'),
    threadTs: fc.option(one('1700000000.000100', '1600000000.000001')),
    text: words,
  }),
  'bitbucket.pr_comment': fc.record({
    repository: one('acme/pay-api', 'acme/pay-api', 'acme/secret-repo', '../x'),
    pullRequestId: one(1, 1, 99, 0, -1),
    as: one('answer', 'status_note'),
    inline: fc.option(
      fc.record({ path: one('src/a.ts', '../../etc/passwd'), line: one(1, 0), side: one('new', 'old') }),
      { freq: 9 },
    ),
    body: words,
  }),
  escalate: fc.record({ reason: words, text: words, level: one('info', 'critical', 'apocalypse') }),
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
const decision = fc.record({
  field: one(...FIELDS),
  text: hostileMarkdown,
  actions: fc.oneof(
    { weight: 9, arbitrary: fc.array(action, { maxLength: 3 }) },
    { weight: 1, arbitrary: fc.array(action, { maxLength: 12 }) },
  ),
});

test(
  'of ten thousand generated decisions nothing that is not allowed passes the plan, and no request leaves with it',
  async () => {
    const passed: PlannedAction[] = [];
    const seen = { decisions: 0, refused: 0 };

    fc.assert(
      fc.property(decision, ({ field, text, actions }) => {
        const planned = judged(carry(field, [text]), actions, text);
        const through = planned.filter((candidate) => !isDenied(candidate));
        seen.decisions += 1;
        seen.refused += planned.length - through.length;
        passed.push(...through);
        expect(through.length).toBeLessThanOrEqual(3);
        expect(through.flatMap((candidate) => actionBreaches(candidate.action))).toEqual([]);
      }),
      { numRuns: DECISIONS },
    );

    expect(seen.decisions).toBeGreaterThanOrEqual(DECISIONS);
    expect(seen.refused).toBeGreaterThan(DECISIONS / 10);
    expect(new Set(passed.map(({ action: { kind } }) => kind))).toEqual(new Set(Object.keys(payloads)));
    expect(await requestsOf(evenly(passed, PREPARED))).toEqual({
      breaches: [],
      prepared: expect.any(Number),
    });
  },
  AT_MOST_MS,
);

function evenly<T>(all: readonly T[], most: number): readonly T[] {
  const step = Math.max(1, Math.floor(all.length / most));
  return all.filter((_, index) => index % step === 0).slice(0, most);
}

/** What each executor would send, or had blocked before. */
async function requestsOf(
  all: readonly PlannedAction[],
): Promise<{ breaches: readonly string[]; prepared: number }> {
  const hostile = await openHostileWorld();
  try {
    const executors = createExecutors(hostile.world.deps);
    const cycle = cycleInput();
    const breaches: string[] = [];
    let prepared = 0;
    for (const planned of all) {
      const effect = await prepareEffect(executors, planned.action, effectMark('key', cycle, planned));
      if ('request' in effect && blocked(planned.action, effect.request, OUTPUT) === null) {
        const { service, method, path, body } = effect.request;
        prepared += 1;
        breaches.push(...receivedBreaches({ vendor: service, method, path: pathAt(service, path), body }));
      }
    }
    expect(prepared).toBeGreaterThan(all.length / 2);
    return { breaches, prepared };
  } finally {
    await hostile.close();
  }
}

/** As the sandbox names it, below the vendor's base. */
function pathAt(service: string, path: string): string {
  return service === 'bitbucket' && !path.startsWith('/2.0') ? `/2.0${path}` : path;
}
