/** Whom the rules of pm-agent.yaml mean. */
import { decidersOf, type Groups } from '../domain/approval.js';
import type { ParsedAgentFile } from './agent-file-schema.js';
import type { FileRule } from './rule-cover.js';

/** Whom a rule, or a step of its escalation, names. */
export type Named = Pick<NonNullable<FileRule['approvers']>, 'people' | 'roles' | 'groups'>;

/** Named sets of people: `groups`, and each team's members under its id. */
export function groupsOf(file: Pick<ParsedAgentFile, 'groups' | 'teams'>): Groups {
  return { ...Object.fromEntries(file.teams.map(({ id, members }) => [id, members])), ...file.groups };
}

/** Their ids; null where nobody is named, so that any operator is meant. */
export function meantBy({ people, roles, groups }: Named, file: ParsedAgentFile): readonly string[] | null {
  const named = {
    ...(people === undefined ? {} : { people }),
    ...(roles === undefined ? {} : { roles }),
    ...(groups === undefined ? {} : { groups }),
  };
  return decidersOf(named, file.people, groupsOf(file));
}
