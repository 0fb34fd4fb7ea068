/** Of a rule that asks: requests that nobody, or too few, can decide, and times that never come. Each with its line and what to do. */
import type { ParsedAgentFile } from './agent-file-schema.js';
import { parseDuration } from './duration.js';
import { graveOf } from './grave-rules.js';
import { groupsOf, meantBy } from './named-people.js';
import { type FileRule, listOf } from './rule-cover.js';
import { problemAt, type YamlSource } from './yaml-problems.js';

/** What one rule is looked at with. */
interface Looked {
  readonly file: ParsedAgentFile;
  readonly rule: FileRule;
  /** As it is written; null: APPROVAL_TIMEOUT, which is no matter of the file. */
  readonly deadline: string | null;
  readonly say: (below: readonly (string | number)[], message: string) => string;
}

export function askingWarnings(source: YamlSource, file: ParsedAgentFile, index: number): readonly string[] {
  const rule = file.policy?.rules[index];
  if (rule === undefined || (rule.verdict !== 'ask' && graveOf(file, index).length === 0)) {
    return [];
  }
  const looked: Looked = {
    file,
    rule,
    deadline: rule.deadline ?? file.policy?.deadline ?? null,
    say: (below, message) => problemAt(source, ['policy', 'rules', index, ...below], message),
  };
  return [idleNames, tooFew, idleSteps, idleTimes].flatMap((look) => look(looked));
}

/** Beside others it may be meant for later; alone it leaves the rule with nobody to ask. */
function idleNames({ file, rule, say }: Looked): readonly string[] {
  const { roles = [], groups = [] } = rule.approvers ?? {};
  const held = new Set(file.people.flatMap((person) => person.roles));
  const sets = groupsOf(file);
  const role = (name: string, at: number) =>
    held.has(name)
      ? []
      : [
          say(
            ['approvers', 'roles', at],
            `nobody has the role "${name}"; add it to people[].roles or correct it`,
          ),
        ];
  const group = (name: string, at: number) =>
    sets[name]?.length === 0
      ? [say(['approvers', 'groups', at], `nobody is in "${name}"; add its members or name another`)]
      : [];
  return [...roles.flatMap(role), ...groups.flatMap(group)];
}

function tooFew({ file, rule, deadline, say }: Looked): readonly string[] {
  const { name, approvers } = rule;
  const { count: needed = 1, notRequester = false } = approvers ?? {};
  const named = approvers === undefined ? null : meantBy(approvers, file);
  const deciders = named ?? (needed > 1 ? humansOf(file) : null);
  if (deciders === null) {
    return [];
  }
  const may = new Set([...deciders, ...laterOnes(rule, file, deadline)]).size;
  const needs = `rule "${name}" needs ${needed} to approve`;
  if (may < needed) {
    const then = needed === 1 ? 'name somebody of people' : 'name more people, or lower count';
    return [say([], `${needs} and ${may} may, so what it asks for expires; ${then}`)];
  }
  return notRequester && may === needed
    ? [
        say(
          ['approvers', 'notRequester'],
          `${needs} and ${may} may, of whom none decides on what they asked for themselves: that expires; name one more`,
        ),
      ]
    : [];
}

/** Where nobody is named any operator may decide; of several each has to be one of these. */
function humansOf({ people }: ParsedAgentFile): readonly string[] {
  return people.filter(({ roles }) => !roles.includes('bot')).map(({ id }) => id);
}

/** Who may decide too once nobody did for a while, and before the deadline. */
function laterOnes(rule: FileRule, file: ParsedAgentFile, deadline: string | null): readonly string[] {
  const { secondApproverAfter, escalation = [] } = rule;
  const isSecondAsked = secondApproverAfter !== undefined && !isTooLate(secondApproverAfter, deadline);
  return [
    ...(isSecondAsked ? backupsFor(rule, file) : []),
    ...escalation
      .filter(({ after }) => !isTooLate(after, deadline))
      .flatMap((step) => meantBy(step, file) ?? []),
  ];
}

/** The leads and backups of the teams that the rule is for. */
function backupsFor({ when }: FileRule, { teams }: ParsedAgentFile): readonly string[] {
  const named = listOf(when.team);
  return teams
    .filter(({ id }) => named.length === 0 || named.includes(id))
    .flatMap(({ escalation }) => [escalation?.lead, escalation?.backup])
    .filter((id) => id !== undefined);
}

function isTooLate(after: string, deadline: string | null): boolean {
  return deadline !== null && (parseDuration(after) ?? 0) >= (parseDuration(deadline) ?? 0);
}

/** Steps that ask nobody, or only after the request is over. */
function idleSteps({ file, rule, deadline, say }: Looked): readonly string[] {
  return (rule.escalation ?? []).flatMap((step, at) => {
    const below = ['escalation', at];
    const isIdle = (meantBy(step, file) ?? []).length === 0;
    return [
      ...(isIdle
        ? [
            say(
              below,
              'nobody of people is meant by it, so it asks nobody; name others, or give them its role',
            ),
          ]
        : []),
      ...(isTooLate(step.after, deadline)
        ? [say(below, `it never happens: the request expires after ${deadline}; ${EARLIER}`)]
        : []),
    ];
  });
}

const EARLIER = 'write an earlier time, or a later deadline';

function idleTimes({ file, rule, deadline, say }: Looked): readonly string[] {
  const late = (key: 'remindAfter' | 'secondApproverAfter', what: string) => {
    const after = rule[key];
    return after !== undefined && isTooLate(after, deadline)
      ? [say([key], `${what}: the request expires after ${deadline}; ${EARLIER}`)]
      : [];
  };
  const asksNobody = rule.secondApproverAfter !== undefined && backupsFor(rule, file).length === 0;
  return [
    ...late('remindAfter', 'nobody is ever reminded'),
    ...late('secondApproverAfter', 'nobody else is ever asked'),
    ...(asksNobody
      ? [
          say(
            ['secondApproverAfter'],
            'it asks nobody: no team that the rule is for has a lead; write teams[].escalation',
          ),
        ]
      : []),
  ];
}
