/** What is wrong, or only strange, about the rules of pm-agent.yaml. */
import type { ParsedAgentFile } from './agent-file-schema.js';
import { askingWarnings } from './asking-warnings.js';
import { graveOf, graveWarnings } from './grave-rules.js';
import { groupsOf, type Named } from './named-people.js';
import { covers, type FileRule, listOf } from './rule-cover.js';
import { problemAt, type YamlSource } from './yaml-problems.js';

/** Names in rules and groups that lead nowhere. */
export function brokenPolicyReferences(source: YamlSource, file: ParsedAgentFile): readonly string[] {
  const people = new Set(file.people.map(({ id }) => id));
  const groups = new Set(Object.keys(groupsOf(file)));
  const teams = new Set(file.teams.map(({ id }) => id));
  const rules = file.policy?.rules ?? [];
  const unknownIn = (named: Named, path: readonly (string | number)[]): readonly string[] => [
    ...(named.people ?? []).flatMap((id, at) =>
      people.has(id) ? [] : [noPerson(source, [...path, 'people', at], id)],
    ),
    ...(named.groups ?? []).flatMap((name, at) =>
      groups.has(name) ? [] : [noGroup(source, [...path, 'groups', at], name)],
    ),
  ];
  return [
    ...Object.entries(file.groups).flatMap(([name, members]) =>
      members.flatMap((id, index) => (people.has(id) ? [] : [noPerson(source, ['groups', name, index], id)])),
    ),
    ...rules.flatMap((rule, index) => {
      const path = ['policy', 'rules', index];
      return [
        ...unknownIn(rule.approvers ?? {}, [...path, 'approvers']),
        ...(rule.escalation ?? []).flatMap((step, at) => unknownIn(step, [...path, 'escalation', at])),
        ...listOf(rule.when.team).flatMap((id) =>
          teams.has(id) ? [] : [noTeam(source, [...path, 'when', 'team'], id)],
        ),
        ...listOf(rule.when.actor).flatMap((name) =>
          isActor(name, people, groups) ? [] : [noActor(source, [...path, 'when', 'actor'], name)],
        ),
      ];
    }),
  ];
}

const KINDS_OF_ACTOR = new Set(['person', 'bot', 'agent', 'unknown', 'nobody']);

function isActor(name: string, people: ReadonlySet<string>, groups: ReadonlySet<string>): boolean {
  return (
    KINDS_OF_ACTOR.has(name) ||
    people.has(name) ||
    name.startsWith('role:') ||
    (name.startsWith('group:') && groups.has(name.slice('group:'.length)))
  );
}

function noPerson(source: YamlSource, path: (string | number)[], id: string): string {
  return problemAt(source, path, `"${id}" is not the id of one of people; add the person or correct the id`);
}

function noGroup(source: YamlSource, path: (string | number)[], name: string): string {
  return problemAt(
    source,
    path,
    `"${name}" is neither one of groups nor the id of a team; add it or correct it`,
  );
}

function noTeam(source: YamlSource, path: (string | number)[], id: string): string {
  return problemAt(source, path, `"${id}" is not the id of one of teams; add the team or correct the id`);
}

function noActor(source: YamlSource, path: (string | number)[], name: string): string {
  return problemAt(
    source,
    path,
    `"${name}" is nobody; write a person's id, role:<role>, group:<group>, person, bot, agent, unknown or nobody`,
  );
}

/** Rules that do what nobody can want: each as a sentence to log and to show in `policy check`. */
export function policyWarnings(source: YamlSource, file: ParsedAgentFile): readonly string[] {
  const rules = file.policy?.rules ?? [];
  const odd = rules.flatMap((rule, index) => {
    const at = (message: string) => problemAt(source, ['policy', 'rules', index], message);
    const earlier = rules.slice(0, index).find((other) => covers(other.when, rule.when));
    return [
      ...(earlier === undefined
        ? []
        : [
            at(
              `rule "${rule.name}" never fires: "${earlier.name}" stands before it and matches all that it does`,
            ),
          ]),
      ...askingWarnings(source, file, index),
      ...(rule.verdict !== 'ask' && asksOnly(rule) && graveOf(file, index).length === 0
        ? [
            at(
              `rule "${rule.name}" asks nobody (verdict ${rule.verdict}), so its approvers and times say nothing`,
            ),
          ]
        : []),
    ];
  });
  return [...odd, ...graveWarnings(source, file)];
}

function asksOnly(rule: FileRule): boolean {
  const { approvers, deadline, remindAfter, secondApproverAfter, escalation, onExpiry } = rule;
  const parts = [approvers, deadline, remindAfter, secondApproverAfter, escalation, onExpiry];
  return parts.some((part) => part !== undefined);
}
