/** Who may decide a waiting request, and with what. Pure: the workflow throws it, the API answers it beforehand. */
import { type ApprovalState, endsRequest, type HumanDecision, isOpen } from './approval.js';
import type { PlannedAction } from './cycle.js';
import { meantBy } from './signers.js';

/** `settled`: too late, or twice; `mismatch`: another hash waits; `denied`: the policy says no to the edit. */
export type RefusalKind = 'unknown' | 'settled' | 'mismatch' | 'unauthorised' | 'invalid' | 'denied';

export interface Refusal {
  readonly kind: RefusalKind;
  readonly message: string;
}

/** What waits, as far as these rules look at it. */
export interface Decidable {
  readonly planned: Pick<PlannedAction, 'rule' | 'deciders' | 'notBy' | 'signers'>;
  readonly state: ApprovalState;
  /** People who may decide besides, since nobody did in time. */
  readonly also: readonly string[];
  /** Milliseconds since the epoch. */
  readonly deadline: number;
}

/** Null where this decision counts at `now`. */
export function refusalOf(one: Decidable | undefined, decision: HumanDecision, now: number): Refusal | null {
  if (one === undefined) {
    return { kind: 'unknown', message: 'there is no such approval in this cycle' };
  }
  return (
    refusalOfTime(one, decision, now) ??
    refusalOfHash(one, decision) ??
    refusalOfDecider(one, decision.by.id) ??
    refusalOfWords(one, decision, now)
  );
}

/** When a person decided, in milliseconds: as recorded, and never later than it comes. */
export function madeAt(decision: Pick<HumanDecision, 'madeAt'>, now: number): number {
  const recorded = Date.parse(decision.madeAt ?? '');
  return Number.isNaN(recorded) ? now : Math.min(recorded, now);
}

/** What ends the request counts from when it was made: no worker, or no Temporal, is not its maker's delay. */
function countsFrom(decision: HumanDecision, now: number): number {
  return endsRequest(decision.decision) ? madeAt(decision, now) : now;
}

function refusalOfTime({ state, deadline }: Decidable, decision: HumanDecision, now: number): Refusal | null {
  if (!isOpen(state.status)) {
    return { kind: 'settled', message: howSettled(state, deadline, decision) };
  }
  return countsFrom(decision, now) >= deadline
    ? { kind: 'settled', message: `expired at ${new Date(deadline).toISOString()}: nobody decided in time` }
    : null;
}

function howSettled(
  { status, decidedBy, decidedAt }: ApprovalState,
  deadline: number,
  decision: HumanDecision,
): string {
  const inTime = status === 'expired' && madeAt(decision, Number.POSITIVE_INFINITY) < deadline;
  return inTime
    ? `expired at ${decidedAt}, before this decision of ${decision.madeAt} reached it: it was made in time, and could not be brought here while no worker ran. Nothing was done; do it by hand, or mention the agent there again`
    : `already ${status} by ${decidedBy?.name ?? 'the clock'} at ${decidedAt}`;
}

function refusalOfHash({ state }: Decidable, { hash }: HumanDecision): Refusal | null {
  return hash === state.hash
    ? null
    : { kind: 'mismatch', message: 'the hash is not that of what waits; read it again' };
}

/** Also of a claimed name. */
export function refusalOfDecider(
  { planned, also }: Omit<Decidable, 'state' | 'deadline'>,
  id: string,
): Refusal | null {
  const { rule, deciders, notBy = [] } = planned;
  if (notBy.includes(id)) {
    return unauthorised(`${id} asked for it, so somebody else has to decide (rule "${rule}")`);
  }
  if (deciders === null || deciders.includes(id) || also.includes(id)) {
    return null;
  }
  const names = [...deciders, ...also].filter((one) => !notBy.includes(one)).join(', ') || 'nobody';
  return unauthorised(`only ${names} may decide this (rule "${rule}")`);
}

/**
 * Of an operator whom pm-agent.yaml does not know as a person, or a token without one: nobody can tell whether they are not
 * one of the others who approve. Where one is enough, they may.
 */
export function refusalOfNobodyKnown(
  { needed = 1 }: Pick<ApprovalState, 'needed'>,
  { decision, by }: Pick<HumanDecision, 'decision' | 'by'>,
): Refusal | null {
  return needed > 1 && decision === 'approve'
    ? unauthorised(
        `${needed} different people have to approve, and "${by.id}" is none of \`people\` in pm-agent.yaml, so it cannot be told whether it is one of the others: approve with a token that is bound to a person (\`pm-agent token create --person <id>\`), or in Slack with the account that pm-agent.yaml has for them`,
      )
    : null;
}

/** What it says of itself, where nothing vouches for that: whose it is, is claimed, and it was made when it came. */
export function asClaim<D extends HumanDecision>(decision: D): Omit<D, 'madeAt'> {
  const { madeAt: _, ...words } = decision;
  const { id } = words.by;
  return { ...words, by: { id, name: id, channel: 'temporal' } };
}

/**
 * Of a decision whose maker is only claimed. Such a one never settles grade G3, nor has it any part in what several have to
 * approve. `what` names it: "a raw signal". Whether the claimed person may decide is for `refusalOfClaim`.
 */
export function refusalOfUnproved(
  {
    planned,
    state,
  }: { readonly planned: Pick<PlannedAction, 'risk'>; readonly state: Pick<ApprovalState, 'needed'> },
  what: string,
): Refusal | null {
  const { needed = 1 } = state;
  if (planned.risk === 'G3') {
    return unauthorised(`risk G3 is not decided by ${what}: use \`pm-agent approve\` or the API`);
  }
  return needed > 1
    ? unauthorised(
        `${needed} people have to approve, and ${what} counts for none: use \`pm-agent approve\` or the API`,
      )
    : null;
}

/** Of a name that anybody may claim: one spelled otherwise means the same person, and where somebody is excluded it has to mean one. */
export function refusalOfClaim(one: Omit<Decidable, 'state' | 'deadline'>, claimed: string): Refusal | null {
  const { signers, rule, notBy = [] } = one.planned;
  if (signers === undefined) {
    return refusalOfDecider(one, claimed);
  }
  const meant = meantBy(claimed, signers);
  const excluded = meant.find((id) => notBy.includes(id));
  if (meant.length === 1 || excluded !== undefined) {
    return refusalOfDecider(one, excluded ?? signerOf(one, claimed));
  }
  const why = meant.length === 0 ? 'is nobody of pm-agent.yaml' : `may be ${meant.join(' or ')}`;
  return {
    kind: 'unauthorised',
    message: `"${claimed}" ${why}, and rule "${rule}" lets anybody decide but ${notBy.join(', ')}: give as "by" your id in pm-agent.yaml`,
  };
}

/** The id of whom a claimed name means; the name itself where that is not known. */
export function signerOf({ planned: { signers } }: Pick<Decidable, 'planned'>, claimed: string): string {
  const [only, ...others] = signers === undefined ? [] : meantBy(claimed, signers);
  return only !== undefined && others.length === 0 ? only : claimed;
}

/** Also for who does not know the request whole. */
export function refusalOfWords(
  { state, deadline }: { readonly state: Pick<ApprovalState, 'given'>; readonly deadline: number },
  decision: HumanDecision,
  now: number,
): Refusal | null {
  if (decision.payload !== undefined && decision.decision !== 'approve') {
    return invalid('payload: only with the decision approve, which then approves the edited action');
  }
  switch (decision.decision) {
    case 'approve':
      return refusalOfTwice(state, decision);
    case 'ask':
      return (decision.note ?? '').trim() === '' ? invalid('note: write the question for the agent') : null;
    case 'snooze':
      return refusalOfSnooze(decision.until, now, deadline);
    case 'reject':
    case 'take_over':
      return null;
  }
}

/** One person counts once: for what stands there. An edit makes it something else. */
function refusalOfTwice(
  { given = [] }: Pick<ApprovalState, 'given'>,
  { by, payload }: HumanDecision,
): Refusal | null {
  const first = payload === undefined ? given.find((one) => one.by.id === by.id) : undefined;
  return first === undefined
    ? null
    : { kind: 'settled', message: `${by.name} approved it already at ${first.at}; another person has to` };
}

/** The model is paid for each, and whoever asked so often has what it knows. */
export const MOST_QUESTIONS = 5;

/** Of a question where so many were asked on this request already, by whomever; null where there is room for one more. */
export function refusalOfMoreQuestions(
  { decision }: Pick<HumanDecision, 'decision'>,
  asked: number,
): Refusal | null {
  return decision === 'ask' && asked >= MOST_QUESTIONS
    ? invalid(
        `note: ${asked} questions were asked on this request, and it takes no more than ${MOST_QUESTIONS}; decide with what was answered, or take it over`,
      )
    : null;
}

export function refusalOfSnooze(until: string | undefined, now: number, deadline: number): Refusal | null {
  const at = until === undefined ? Number.NaN : Date.parse(until);
  if (Number.isNaN(at)) {
    return invalid('until: write a time like 2026-12-01T09:00:00Z');
  }
  if (at <= now) {
    return invalid('until: lies in the past');
  }
  return at >= deadline ? invalid(`until: it expires before, at ${new Date(deadline).toISOString()}`) : null;
}

function unauthorised(message: string): Refusal {
  return { kind: 'unauthorised', message };
}

function invalid(message: string): Refusal {
  return { kind: 'invalid', message };
}
