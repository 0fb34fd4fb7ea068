/**
 * The approval state machine against a model that is too simple to be wrong: whatever people, the clock, the target and the
 * cycle do in whatever order, a request has one outcome, and nothing is carried out that nobody approved as it stands.
 */
import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type DecisionKind, type HumanDecision, isOpen } from '../../src/domain/approval.js';
import * as machine from '../../src/domain/approval-machine.js';
import { refusalOf } from '../../src/domain/approval-rules.js';
import type { PlannedAction, ShownAction } from '../../src/domain/cycle.js';
import { planned, transition } from '../support/builders.js';

const RUNS = 10_000;
const DEADLINE = 1_000;
const PEOPLE = ['ana', 'bo', 'cem', 'stranger', 'requester'] as const;
type PersonId = (typeof PEOPLE)[number];

const by = (id: string) => ({ id, name: id, channel: 'api' as const });
const stamp = (at: number) => new Date(at).toISOString();
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

/** What was carried out, and who had approved what of it. */
interface World {
  request: machine.OpenRequest;
  now: number;
  version: number;
  /** By hash: who approved it while it was what waits. */
  readonly approvals: Map<string, Set<string>>;
  readonly effects: string[];
  readonly outcomes: string[];
}

type Step = (world: World) => void;

/** As the gate does it: refused, or one step on. */
function decide(world: World, decision: HumanDecision, payload: string | null): void {
  const { request, now } = world;
  if (refusalOf(request, decision, now) !== null) {
    return;
  }
  if (payload !== null) {
    const hash = hashOf(payload);
    world.request = machine.edited(request, { ...request.planned, hash });
  }
  const next = apply(world.request, decision, stamp(now));
  if (decision.decision === 'approve') {
    const hash = world.request.state.hash;
    world.approvals.set(hash, new Set([...(world.approvals.get(hash) ?? []), decision.by.id]));
  }
  world.request = next;
  if (!isOpen(next.state.status)) {
    world.outcomes.push(next.state.status);
  }
}

function apply(request: machine.OpenRequest, decision: HumanDecision, at: string): machine.OpenRequest {
  const steps: { readonly [K in DecisionKind]: () => machine.OpenRequest } = {
    approve: () => machine.approvedBy(request, decision.by, decision, at),
    reject: () => machine.settledAs(request, 'rejected', decision.by, decision, at),
    take_over: () => machine.settledAs(request, 'superseded', decision.by, decision, at),
    ask: () => machine.asked(request, decision, at),
    snooze: () => machine.snoozed(request, decision.until ?? ''),
  };
  return steps[decision.decision]();
}

const decisions = fc
  .record({
    who: fc.constantFrom(...PEOPLE),
    kind: fc.constantFrom<DecisionKind>(
      'approve',
      'approve',
      'approve',
      'reject',
      'ask',
      'snooze',
      'take_over',
    ),
    /** Reads it anew, or decides on what was read at the start. */
    isStale: fc.boolean(),
    edit: fc.option(fc.constantFrom('edit-1', 'edit-2'), { nil: null, freq: 3 }),
  })
  .map(
    ({ who, kind, isStale, edit }): Step =>
      (world) => {
        const first = planned('c', 1, transition).hash;
        const payload = kind === 'approve' ? edit : null;
        const decision: HumanDecision = {
          decision: kind,
          hash: isStale ? first : world.request.state.hash,
          by: by(who),
          note: 'why?',
          until: stamp(world.now + 100),
          ...(payload === null ? {} : { payload: { edit: payload } }),
        };
        decide(world, decision, payload);
      },
  );

const timePasses = fc.integer({ min: 1, max: 400 }).map(
  (ms): Step =>
    (world) => {
      world.now += ms;
      const { request } = world;
      if (isOpen(request.state.status) && world.now >= request.deadline) {
        world.request = machine.settledAs(request, 'expired', null, {}, stamp(world.now));
        world.outcomes.push('expired');
      }
    },
);

const nobodyInTime = fc.constant<Step>((world) => {
  if (isOpen(world.request.state.status)) {
    world.request = machine.widened(world.request, world.request.planned.backups ?? []);
  }
});

const cycleEnds = fc.constant<Step>((world) => {
  if (isOpen(world.request.state.status)) {
    world.request = machine.settledAs(world.request, 'superseded', null, {}, stamp(world.now));
    world.outcomes.push('superseded');
  }
});

const targetChanges = fc.constant<Step>((world) => {
  world.version += 1;
});

/** The worker comes to it: looks at the target, and carries out or shows it again. */
const workerGoesOn = fc.constant<Step>((world) => {
  const { request, version } = world;
  if (request.state.status !== 'approved' || world.effects.length > 0) {
    return;
  }
  const shownVersion = Number(request.planned.version?.['version'] ?? 0);
  if (shownVersion === version) {
    world.effects.push(request.planned.hash);
    return;
  }
  const again: ShownAction = {
    ...request.planned,
    version: { version },
    hash: hashOf(`${request.planned.hash}@${version}`),
  };
  const drift = [{ member: 'status', was: shownVersion, is: version }];
  world.request = machine.reopened(request, again, drift, world.now + DEADLINE);
  world.outcomes.pop();
});

const steps = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: decisions },
    { weight: 2, arbitrary: timePasses },
    { weight: 1, arbitrary: nobodyInTime },
    { weight: 1, arbitrary: cycleEnds },
    { weight: 2, arbitrary: targetChanges },
    { weight: 4, arbitrary: workerGoesOn },
  ),
  { minLength: 1, maxLength: 14 },
);

const rules = fc.record({
  needed: fc.constantFrom(1, 2, 3),
  deciders: fc.constantFrom<readonly PersonId[] | null>(
    null,
    ['ana', 'bo'],
    ['ana', 'bo', 'cem', 'requester'],
  ),
  backups: fc.constantFrom<readonly PersonId[]>([], ['cem']),
});

function open({
  needed,
  deciders,
  backups,
}: {
  needed: number;
  deciders: readonly string[] | null;
  backups: readonly string[];
}): World {
  const request = planned('c', 1, transition, {
    deciders,
    backups,
    notBy: ['requester'],
    ...(needed > 1 ? { needed } : {}),
  });
  return {
    request: machine.opened('ap', request, DEADLINE),
    now: 0,
    version: 0,
    approvals: new Map(),
    effects: [],
    outcomes: [],
  };
}

describe('whatever happens in whatever order', () => {
  test('a request has one outcome, and an effect only what enough of the right people approved as it stands (F37, F38, F39)', () => {
    let approvedRuns = 0;
    let reopenedRuns = 0;
    let refusedLate = 0;
    fc.assert(
      fc.property(rules, steps, (rule, taken) => {
        const world = open(rule);
        for (const step of taken) {
          const before = world.request.state;
          step(world);
          const after = world.request.state;
          // What is settled stays so, unless its target changed between the approval and the effect.
          if (!isOpen(before.status) && after !== before) {
            expect([before.status, after.status]).toEqual(['approved', 'reopened']);
            expect(after.hash).not.toBe(before.hash);
            expect(after.given).toBeUndefined();
            reopenedRuns += 1;
          }
        }
        refusedLate += isOpen(world.request.state.status) ? 0 : 1;

        expect(world.outcomes.length).toBeLessThanOrEqual(1);
        expect(isOpen(world.request.state.status)).toBe(world.outcomes.length === 0);
        expect(world.effects.length).toBeLessThanOrEqual(1);
        for (const hash of world.effects) {
          const approvers = [...(world.approvals.get(hash) ?? [])];
          const allowed = rule.deciders === null ? PEOPLE : [...rule.deciders, ...rule.backups];
          expect(world.request.state.status).toBe('approved');
          expect(approvers.length).toBeGreaterThanOrEqual(rule.needed);
          expect(approvers.filter((id) => !allowed.includes(id as PersonId))).toEqual([]);
          expect(approvers).not.toContain('requester');
          approvedRuns += 1;
        }
      }),
      { numRuns: RUNS },
    );

    // The property says something only where these were reached.
    expect(approvedRuns).toBeGreaterThan(RUNS / 50);
    expect(reopenedRuns).toBeGreaterThan(RUNS / 100);
    expect(refusedLate).toBeGreaterThan(RUNS / 10);
  });
});

describe('a decision', () => {
  const request = (overrides: Partial<PlannedAction> = {}) =>
    machine.opened('ap', planned('c', 1, transition, overrides), DEADLINE);
  const decision = (one: machine.OpenRequest, overrides: Partial<HumanDecision> = {}): HumanDecision => ({
    decision: 'approve',
    hash: one.state.hash,
    by: by('ana'),
    ...overrides,
  });

  test('at the deadline comes too late, a moment before it counts', () => {
    const one = request();

    expect(refusalOf(one, decision(one), DEADLINE - 1)).toBeNull();
    expect(refusalOf(one, decision(one), DEADLINE)).toMatchObject({
      kind: 'settled',
      message: expect.stringMatching(/^expired at/),
    });
  });

  test('after another one hears who was first and when', () => {
    const one = request();
    const settled = machine.settledAs(one, 'rejected', by('bo'), { reason: 'no' }, stamp(5));

    expect(refusalOf(settled, decision(one), 6)).toEqual({
      kind: 'settled',
      message: 'already rejected by bo at 1970-01-01T00:00:00.005Z',
    });
  });

  test('of one person counts once toward several, and of whoever asked for it never', () => {
    const one = machine.approvedBy(request({ needed: 2, notBy: ['bo'] }), by('ana'), {}, stamp(1));

    expect(one.state).toMatchObject({ status: 'pending', given: [{ by: { id: 'ana' } }] });
    expect(refusalOf(one, decision(one), 2)).toMatchObject({
      kind: 'settled',
      message: expect.stringMatching(/another person/),
    });
    expect(refusalOf(one, decision(one, { by: by('bo') }), 2)).toMatchObject({ kind: 'unauthorised' });
    expect(machine.approvedBy(one, by('cem'), {}, stamp(2)).state.status).toBe('approved');
  });

  test('on what was edited since is one on something else', () => {
    const one = machine.approvedBy(request({ needed: 2 }), by('ana'), {}, stamp(1));
    const other = machine.edited(one, { ...one.planned, hash: hashOf('other') });

    expect(other.state.given).toBeUndefined();
    expect(refusalOf(other, decision(one, { by: by('bo') }), 2)).toMatchObject({ kind: 'mismatch' });
  });

  test.each<[string, Partial<HumanDecision>, RegExp]>([
    ['a question without words', { decision: 'ask', note: ' ' }, /^note: /],
    ['a snooze without a time', { decision: 'snooze' }, /^until: write/],
    ['a snooze into the past', { decision: 'snooze', until: stamp(3) }, /^until: lies in the past/],
    [
      'a snooze beyond the deadline',
      { decision: 'snooze', until: stamp(DEADLINE) },
      /^until: it expires before/,
    ],
    ['an edit with a rejection', { decision: 'reject', payload: {} }, /^payload: only with/],
  ])('%s is invalid', (_name, overrides, message) => {
    const one = request();

    expect(refusalOf(one, decision(one, overrides), 5)).toMatchObject({
      kind: 'invalid',
      message: expect.stringMatching(message),
    });
  });
});

describe('a request that is asked once more', () => {
  const also = (changes: Partial<PlannedAction>) => {
    const one = planned('cycle-x', 1, transition, { deciders: ['ana'], backups: ['bo'], ...changes });
    return machine.askedAgain(machine.opened('ap-1', one, DEADLINE), 2 * DEADLINE).also;
  };

  test('is not for who comes after the deciders, where its rule never goes on to them', () => {
    expect(also({})).toEqual([]);
    expect(also({ waits: { secondApproverAfterMs: 1 } })).toEqual(['bo']);
    expect(also({ escalation: [{ afterMs: 1, deciders: ['cem'] }] })).toEqual(['cem']);
  });
});

describe('a decision that was made before the deadline and comes after it', () => {
  const one = machine.opened('ap', planned('c', 1, transition), DEADLINE);
  const made = (at: number, overrides: Partial<HumanDecision> = {}): HumanDecision => ({
    decision: 'approve',
    hash: one.state.hash,
    by: by('ana'),
    madeAt: stamp(at),
    ...overrides,
  });

  test.each(['approve', 'reject', 'take_over'] as const)('counts where it is %s', (decision) => {
    expect(refusalOf(one, made(DEADLINE - 1, { decision }), 5 * DEADLINE)).toBeNull();
    expect(refusalOf(one, made(DEADLINE, { decision }), 5 * DEADLINE)).toMatchObject({ kind: 'settled' });
  });

  test('is too late where it ends nothing, and where nobody knows when it was made', () => {
    const late = { kind: 'settled', message: expect.stringMatching(/^expired at/) };

    expect(refusalOf(one, made(1, { decision: 'ask', note: 'Why?' }), DEADLINE)).toMatchObject(late);
    expect(refusalOf(one, made(1, { decision: 'snooze', until: stamp(2) }), DEADLINE)).toMatchObject(late);
    expect(refusalOf(one, { ...made(1), madeAt: 'yesterday' }, DEADLINE)).toMatchObject(late);
  });

  test('hears that it was in time where the request had expired before it came; others hear that nobody decided', () => {
    const expired = machine.settledAs(one, 'expired', null, {}, stamp(DEADLINE + 1));

    expect(refusalOf(expired, made(5), 5 * DEADLINE)?.message).toMatch(
      /^expired at 1970-01-01T00:00:01.001Z, before this decision of 1970-01-01T00:00:00.005Z reached it: it was made in time/,
    );
    expect(refusalOf(expired, made(DEADLINE), 5 * DEADLINE)?.message).toBe(
      'already expired by the clock at 1970-01-01T00:00:01.001Z',
    );
  });
});
