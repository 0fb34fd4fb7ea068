import { createHash } from 'node:crypto';
import { canonicalJson } from '../domain/canonical-json.js';
import {
  type Approvers,
  BUILT_IN_POLICY,
  type EscalationStep,
  type Policy,
  type PolicyRule,
  type RuleCondition,
  type RuleWaits,
} from '../domain/policy.js';
import type { ParsedAgentFile } from './agent-file-schema.js';
import { parseDuration } from './duration.js';

type FilePolicy = NonNullable<ParsedAgentFile['policy']>;
type FileRule = FilePolicy['rules'][number];

/** The policy that holds: the built-in one only where the file has no `policy` part. */
export function policyFromFile(policy: FilePolicy | undefined): Policy {
  const content: Omit<Policy, 'version'> =
    policy === undefined
      ? BUILT_IN_POLICY
      : {
          default: policy.default,
          deadlineMs: policy.deadline === null ? null : parseDuration(policy.deadline),
          ...(policy.onExpiry === undefined ? {} : { onExpiry: policy.onExpiry }),
          rules: policy.rules.map(toRule),
        };
  return { version: versionOf(content), ...content };
}

function toRule(rule: FileRule): PolicyRule {
  const { name, when, verdict, approvers, deadline, remindAfter, secondApproverAfter, escalation, onExpiry } =
    rule;
  const waits: RuleWaits = {
    ...milliseconds('deadlineMs', deadline),
    ...milliseconds('remindAfterMs', remindAfter),
    ...milliseconds('secondApproverAfterMs', secondApproverAfter),
  };
  return {
    name,
    when: toCondition(when),
    verdict,
    ...(approvers === undefined ? {} : { approvers: toApprovers(approvers) }),
    ...(Object.keys(waits).length === 0 ? {} : { waits }),
    ...(escalation === undefined ? {} : { escalation: toSteps(escalation) }),
    ...(onExpiry === undefined ? {} : { onExpiry }),
  };
}

/** The soonest first, however they are written. */
function toSteps(escalation: NonNullable<FileRule['escalation']>): readonly EscalationStep[] {
  return escalation
    .map(({ after, ...approvers }) => ({
      afterMs: parseDuration(after) ?? 0,
      approvers: withoutUndefined(approvers),
    }))
    .toSorted((one, other) => one.afterMs - other.afterMs);
}

function milliseconds<K extends keyof RuleWaits>(key: K, text: string | undefined): RuleWaits {
  const parsed = text === undefined ? null : parseDuration(text);
  return parsed === null ? {} : { [key]: parsed };
}

function toApprovers({ notRequester, ...given }: NonNullable<FileRule['approvers']>): Approvers {
  return { ...withoutUndefined(given), ...(notRequester ? { notRequester } : {}) };
}

function toCondition(when: FileRule['when']): RuleCondition {
  return Object.fromEntries(
    Object.entries(when).flatMap(([name, wanted]) => (wanted === undefined ? [] : [[name, asList(wanted)]])),
  );
}

function withoutUndefined<T extends object>(given: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as never;
}

function asList<T extends string>(value: T | readonly T[]): readonly T[] {
  return typeof value === 'string' ? [value] : value;
}

function versionOf(content: Omit<Policy, 'version'>): string {
  return createHash('sha256').update(canonicalJson(content)).digest('hex').slice(0, 12);
}
