/**
 * A request for approval beside a model of it that is too simple to be wrong, and everything that people, the clock, the target
 * and the cycle can do to it.
 */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { type DecisionKind, type HumanDecision, isOpen } from '../../../src/domain/approval.js';
import * as machine from '../../../src/domain/approval-machine.js';
import {
  asClaim,
  type Refusal,
  refusalOf,
  refusalOfDecider,
  refusalOfMoreQuestions,
  refusalOfNobodyKnown,
  refusalOfUnproved,
} from '../../../src/domain/approval-rules.js';
import type { PlannedAction, ShownAction } from '../../../src/domain/cycle.js';
import { planned, transition } from '../../support/builders.js';

export const DEADLINE = 1_000;
/** `stranger` is an operator who is nobody of pm-agent.yaml. */
const PEOPLE = ['ana', 'bo', 'cem', 'dora', 'stranger', 'requester'] as const;
type PersonId = (typeof PEOPLE)[number];

export const by = (id: string) => ({ id, name: id, channel: 'api' as const });
export const stamp = (at: number) => new Date(at).toISOString();
export const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

/** How it is asked for: what a rule of the policy says. */
export interface Rule {
  readonly needed: number;
  readonly deciders: readonly PersonId[] | null;
  readonly backups: readonly PersonId[];
  readonly steps: readonly (readonly PersonId[])[];
  readonly asksAgain: boolean;
  readonly risk: 'G2' | 'G3';
}

/** A decision that was let in, while the inbox is asked whose it is. */
interface Looked {
  readonly decision: HumanDecision;
  readonly edit: string | null;
  readonly cameAt: number;
  /** The API recorded it; else somebody typed it in Temporal. */
  readonly isRecorded: boolean;
}

/** An edit can reach this one: two people of its own, and nobody further. */
const STRICT: Rule = {
  needed: 2,
  deciders: ['ana', 'dora'],
  backups: [],
  steps: [],
  asksAgain: false,
  risk: 'G2',
};
/** What the proposal's own rule says by now: the file kept its name and changed whom it asks. */
const CHANGED: Rule = {
  needed: 1,
  deciders: ['dora', 'bo'],
  backups: [],
  steps: [['ana']],
  asksAgain: false,
  risk: 'G2',
};

export interface World {
  request: machine.OpenRequest;
  readonly proposed: PlannedAction;
  readonly asked: Rule;
  /** The rule that what waits now stands under. */
  rule: Rule;
  now: number;
  version: number;
  /** Who may decide besides, by the model. */
  also: Set<string>;
  /** How often it was asked once more. */
  again: number;
  /** Whether a decision that was made in time lies in the outbox: the end waits for it. */
  isHeld: boolean;
  /** In the order in which they came: one after the other is judged. */
  readonly turns: Looked[];
  /** By hash: who approved it while it was what waits. */
  readonly approvals: Map<string, Set<string>>;
  /** How many decisions counted that nothing vouches for. */
  claims: number;
  readonly effects: string[];
  readonly outcomes: string[];
  /** What was let in although it may not be, each as a sentence. */
  readonly wrong: string[];
}

export type Step = (world: World) => void;

export function open(rule: Rule): World {
  const proposed = planned('c', 1, transition, {
    deciders: rule.deciders,
    backups: rule.backups,
    escalation: stepsOf(rule),
    waits: { secondApproverAfterMs: 1 },
    notBy: ['requester'],
    risk: rule.risk,
    ...(rule.needed > 1 ? { needed: rule.needed } : {}),
  });
  return {
    request: machine.opened('ap', proposed, DEADLINE),
    proposed,
    asked: rule,
    rule,
    now: 0,
    version: 0,
    also: new Set(),
    again: 0,
    isHeld: false,
    turns: [],
    approvals: new Map(),
    claims: 0,
    effects: [],
    outcomes: [],
    wrong: [],
  };
}

const stepsOf = ({ steps: further }: Rule) => further.map((deciders) => ({ afterMs: 1, deciders }));

/** Who may decide now, by the model; the requester never. */
export function mayDecide({ rule, also }: World, id: string): boolean {
  const isNamed = rule.deciders === null || rule.deciders.includes(id as PersonId) || also.has(id);
  return isNamed && id !== 'requester';
}

const isWaiting = ({ request }: World): boolean => isOpen(request.state.status);

/** As the update's validator does it: refused, or let in, to be judged when it is its turn. */
function come(world: World, decision: HumanDecision, edit: string | null, isRecorded: boolean): void {
  const asked = world.request.state.questions?.length ?? 0;
  const refusal = refusalOf(world.request, decision, world.now) ?? refusalOfMoreQuestions(decision, asked);
  if (refusal === null) {
    world.turns.push({ decision, edit, cameAt: world.now, isRecorded });
  }
}

/** As the gate does it, once it is known whose they are: refused, or one step on. */
function judgeAll(world: World): void {
  for (const looked of world.turns.splice(0)) {
    judge(world, looked);
  }
}

function judge(world: World, { decision: typed, edit, cameAt, isRecorded }: Looked): void {
  const { request } = world;
  const decision: HumanDecision = isRecorded ? typed : asClaim(typed);
  const asked = request.state.questions?.length ?? 0;
  const refusal =
    refusalOf(request, decision, isRecorded ? Number.NEGATIVE_INFINITY : cameAt) ??
    refusalOfWho(request, typed, isRecorded) ??
    refusalOfMoreQuestions(decision, asked);
  if (refusal !== null) {
    return;
  }
  if (!mayDecide(world, decision.by.id)) {
    world.wrong.push(`${decision.by.id} decided`);
  }
  if (isRecorded && Date.parse(decision.madeAt ?? '') >= request.deadline) {
    world.wrong.push('what was made after the deadline counted');
  }
  if (edit !== null && !editInto(world, edit, decision, isRecorded)) {
    return;
  }
  take(world, decision, isRecorded ? (decision.madeAt ?? '') : stamp(cameAt));
}

/** Of a claim, and of somebody who may be one of the others. */
function refusalOfWho(
  request: machine.OpenRequest,
  decision: HumanDecision,
  isRecorded: boolean,
): Refusal | null {
  if (!isRecorded) {
    return refusalOfUnproved(request, 'a claim');
  }
  return decision.by.id === 'stranger' ? refusalOfNobodyKnown(request.state, decision) : null;
}

function take(world: World, decision: HumanDecision, at: string): void {
  const { needed, risk } = world.rule;
  if (decision.by.channel === 'temporal') {
    world.claims += 1;
    if (needed > 1 || risk === 'G3') {
      world.wrong.push(`a claim decided what is ${risk} and needs ${needed}`);
    }
  }
  if (decision.decision === 'approve') {
    if (needed > 1 && decision.by.id === 'stranger') {
      world.wrong.push('somebody nobody knows counted among several');
    }
    const { hash } = world.request.state;
    world.approvals.set(hash, new Set([...(world.approvals.get(hash) ?? []), decision.by.id]));
  }
  world.request = apply(world.request, decision, at);
  if (!isWaiting(world)) {
    world.outcomes.push(world.request.state.status);
  }
}

/** What is written may stand under another rule, which has people of its own: of whom whoever writes it has to be one. */
function editInto(world: World, edit: string, decision: HumanDecision, isRecorded: boolean): boolean {
  const isStrict = edit === 'stricter';
  const rule = isStrict ? STRICT : edit === 'changed' ? CHANGED : world.asked;
  const { needed: _, ...rest } = world.proposed;
  const { deciders, backups } = rule;
  const written: ShownAction = {
    ...rest,
    deciders,
    backups,
    hash: hashOf(edit),
    risk: rule.risk,
    ...(rule.needed > 1 ? { needed: rule.needed } : {}),
    escalation: stepsOf(rule),
    ...(isStrict ? { rule: 'two people of its own' } : {}),
  };
  const also = rule === world.rule ? world.also : new Set<string>();
  if (refusalOfDecider({ planned: written, also: [...also] }, decision.by.id) !== null) {
    return false;
  }
  const edited = machine.edited(machine.withOwnPeople(world.request, written), written);
  if (refusalOfWho(edited, decision, isRecorded) !== null) {
    return false;
  }
  world.also = also;
  world.rule = rule;
  world.request = edited;
  return true;
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

const KINDS: readonly DecisionKind[] = [
  'approve',
  'approve',
  'approve',
  'reject',
  'ask',
  'snooze',
  'take_over',
];

const decisions = fc
  .record({
    who: fc.constantFrom(...PEOPLE),
    kind: fc.constantFrom(...KINDS),
    /** Reads it anew, or decides on what was read at the start. */
    isStale: fc.boolean(),
    edit: fc.option(fc.constantFrom('edit-1', 'edit-2', 'stricter', 'stricter', 'changed'), {
      nil: null,
      freq: 3,
    }),
    /** How long it lay in the outbox. */
    lateMs: fc.constantFrom(0, 0, 0, 50, 500),
    snoozeMs: fc.constantFrom(-1, 100, 5_000),
    isRecorded: fc.constantFrom(true, true, true, false),
    /** Whether the inbox answers before anything else happens. */
    isKnownAtOnce: fc.constantFrom(true, true, false),
  })
  .map(
    ({ who, kind, isStale, edit, lateMs, snoozeMs, isRecorded, isKnownAtOnce }): Step =>
      (world) => {
        const payload = kind === 'approve' ? edit : null;
        const decision: HumanDecision = {
          decision: kind,
          hash: isStale ? world.proposed.hash : world.request.state.hash,
          by: by(who),
          madeAt: stamp(Math.max(0, world.now - lateMs)),
          note: 'why?',
          until: stamp(world.now + snoozeMs),
          ...(payload === null ? {} : { payload: { edit: payload } }),
        };
        come(world, decision, payload, isRecorded);
        if (isKnownAtOnce) {
          judgeAll(world);
        }
      },
  );

/** The two people of the stricter rule approve what waits, one after the other; the first may write what falls under it. */
const twoAgree = fc.boolean().map(
  (isWritten): Step =>
    (world) => {
      for (const [who, edit] of [
        ['ana', isWritten ? 'stricter' : null],
        ['dora', null],
      ] as const) {
        const { hash } = world.request.state;
        come(world, { decision: 'approve', hash, by: by(who), madeAt: stamp(world.now) }, edit, true);
        judgeAll(world);
      }
    },
);

/** One person asks and asks, within the limit and beyond. */
const questions = fc.integer({ min: 1, max: 7 }).map(
  (times): Step =>
    (world) => {
      for (let n = 0; n < times; n += 1) {
        const { hash } = world.request.state;
        come(
          world,
          { decision: 'ask', hash, by: by('ana'), note: `${n}?`, madeAt: stamp(world.now) },
          null,
          true,
        );
      }
      judgeAll(world);
    },
);

/** At the deadline it is held for what lies in the outbox, asked once more where its rule says so, or it ends. */
const timePasses = fc.integer({ min: 1, max: 600 }).map(
  (ms): Step =>
    (world) => {
      world.now += ms;
      // What came before the clock is judged before it.
      judgeAll(world);
      const { request, rule } = world;
      if (!isWaiting(world) || world.now < request.deadline || world.isHeld) {
        return;
      }
      if (rule.asksAgain && world.again === 0) {
        world.again += 1;
        world.also = new Set([...world.also, ...rule.backups, ...rule.steps.flat()]);
        world.request = machine.askedAgain(request, world.now + DEADLINE);
        return;
      }
      world.request = machine.settledAs(request, 'expired', null, {}, stamp(world.now));
      world.outcomes.push('expired');
    },
);

const outbox = fc.boolean().map(
  (isHeld): Step =>
    (world) => {
      world.isHeld = isHeld;
    },
);

/** Nobody decided for so long: the second approvers, or who stands in a step of the rule. */
const furtherAreAsked = fc.integer({ min: 0, max: 2 }).map(
  (step): Step =>
    (world) => {
      const { backups = [], escalation = [] } = world.request.planned;
      const people = step === 0 ? backups : (escalation[step - 1]?.deciders ?? []);
      if (isWaiting(world)) {
        world.also = new Set([...world.also, ...people]);
        world.request = machine.widened(world.request, people);
      }
    },
);

const cycleEnds = fc.constant<Step>((world) => {
  if (isWaiting(world)) {
    world.request = machine.settledAs(world.request, 'superseded', null, {}, stamp(world.now));
    world.outcomes.push('superseded');
  }
});

const inboxAnswers = fc.constant<Step>(judgeAll);

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

export const steps = fc.array(
  fc.oneof(
    { weight: 10, arbitrary: decisions },
    { weight: 1, arbitrary: questions },
    { weight: 2, arbitrary: twoAgree },
    { weight: 3, arbitrary: timePasses },
    { weight: 1, arbitrary: outbox },
    { weight: 2, arbitrary: furtherAreAsked },
    { weight: 1, arbitrary: cycleEnds },
    { weight: 2, arbitrary: inboxAnswers },
    { weight: 2, arbitrary: targetChanges },
    { weight: 4, arbitrary: workerGoesOn },
  ),
  { minLength: 1, maxLength: 16 },
);

export const rules: fc.Arbitrary<Rule> = fc.record({
  needed: fc.constantFrom(1, 2, 3),
  deciders: fc.constantFrom<readonly PersonId[] | null>(
    null,
    ['ana', 'bo'],
    ['ana', 'bo', 'cem', 'requester'],
  ),
  backups: fc.constantFrom<readonly PersonId[]>([], ['cem']),
  steps: fc.constantFrom<readonly (readonly PersonId[])[]>([], [['bo'], ['cem', 'dora']]),
  asksAgain: fc.boolean(),
  risk: fc.constantFrom('G2', 'G2', 'G3'),
});
