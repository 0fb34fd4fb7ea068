/** Actions that code decides on, not the model: the acknowledgement of a mute, the notice of an open breaker. */
import { type Action, targetOf } from '../domain/action.js';
import type { ActionOrigin, PlannedAction } from '../domain/cycle.js';
import type { PmEvent } from '../domain/event.js';
import type { LimitScope } from '../domain/limit.js';
import { judge, type Policy, riskOf } from '../domain/policy.js';
import { fingerprint } from './fingerprint.js';

export interface CodeAction {
  readonly actionId: string;
  readonly action: Action;
  readonly origin: ActionOrigin;
  /** Stands where a policy rule's name would. */
  readonly rule: string;
  readonly refusal: string | null;
  readonly countsAgainst: readonly LimitScope[];
}

/**
 * Its words are ours and its place is known, so nobody is asked: "ask" is as good as "auto". What the policy never allows
 * is not done by code either.
 */
export function codeAction(
  { actionId, action, origin, rule, refusal, countsAgainst }: CodeAction,
  event: PmEvent,
  policy: Policy,
): PlannedAction {
  const { kind, payload } = action;
  const question = { action: kind, event: event.type, project: event.project, to: null };
  const judged = judge(policy, question);
  const isNever = judged.verdict === 'never';
  return {
    actionId,
    action,
    target: targetOf(action),
    hash: fingerprint({ kind, payload }),
    verdict: isNever ? 'never' : 'auto',
    rule: isNever ? judged.rule : rule,
    policyVersion: policy.version,
    risk: riskOf(question),
    approvers: {},
    deciders: null,
    refusal,
    origin,
    countsAgainst,
  };
}
