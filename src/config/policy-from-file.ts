import { createHash } from 'node:crypto';
import { canonicalJson } from '../domain/canonical-json.js';
import {
  type Approvers,
  BUILT_IN_POLICY,
  type Policy,
  type PolicyRule,
  type RuleCondition,
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
          rules: policy.rules.map(toRule),
        };
  return { version: versionOf(content), ...content };
}

/** Sentences about rules that ask for more than this version can check; such a rule refuses instead of weakening. */
export function policyWarnings(policy: FilePolicy | undefined): string[] {
  return (policy?.rules ?? [])
    .filter(asksForMore)
    .map(
      (rule) =>
        `policy rule "${rule.name}": approvers.count above 1 and approvers.notRequester cannot be checked by this version, so what it matches is refused (never)`,
    );
}

function toRule(rule: FileRule): PolicyRule {
  return {
    name: rule.name,
    when: toCondition(rule.when),
    verdict: asksForMore(rule) ? 'never' : rule.verdict,
    ...(rule.approvers === undefined ? {} : { approvers: toApprovers(rule.approvers) }),
  };
}

/** Taking one approval where the owner asked for two would be worse than refusing. */
function asksForMore(rule: FileRule): boolean {
  return (
    rule.verdict === 'ask' &&
    rule.approvers !== undefined &&
    (rule.approvers.count > 1 || rule.approvers.notRequester)
  );
}

function toApprovers(approvers: NonNullable<FileRule['approvers']>): Approvers {
  return {
    ...(approvers.people === undefined ? {} : { people: approvers.people }),
    ...(approvers.roles === undefined ? {} : { roles: approvers.roles }),
  };
}

function toCondition(when: FileRule['when']): RuleCondition {
  return {
    ...(when.action === undefined ? {} : { action: asList(when.action) }),
    ...(when.event === undefined ? {} : { event: asList(when.event) }),
    ...(when.project === undefined ? {} : { project: asList(when.project) }),
    ...(when.to === undefined ? {} : { to: asList(when.to) }),
  };
}

function asList<T extends string>(value: T | readonly T[]): readonly T[] {
  return typeof value === 'string' ? [value] : value;
}

function versionOf(content: Omit<Policy, 'version'>): string {
  return createHash('sha256').update(canonicalJson(content)).digest('hex').slice(0, 12);
}
