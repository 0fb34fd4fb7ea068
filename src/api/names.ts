/** The names of people in what the API tells of actions and requests. */
import { z } from 'zod';
import type { MirrorReader } from '../audit/mirror-reader.js';
import { jiraNames } from '../domain/account-names.js';
import type { Person } from '../domain/approval.js';
import type { NameOf } from '../domain/name-of.js';
import type { ApiDeps } from './deps.js';

export interface Names {
  /** As pm-agent.yaml has them now. */
  readonly people: readonly Person[];
  /** Of Jira's accounts, as they were known in a cycle. */
  readonly jira: (cycleId: string) => NameOf;
}

const issuePeople = z.object({
  facts: z.object({
    issue: z.object({ people: z.array(z.object({ id: z.string(), name: z.string() })) }),
  }),
});

export function namesOf({ mirror, agentFile }: Pick<ApiDeps, 'mirror' | 'agentFile'>): Names {
  return namesIn(mirror, agentFile().people);
}

export function namesIn(mirror: NamingMirror, people: readonly Person[]): Names {
  return { people, jira: (cycleId) => jiraNames(people, () => peopleOfIssue(mirror, cycleId)) };
}

export type NamingMirror = Pick<MirrorReader, 'getCycle' | 'getBlob'>;

/** Those whom the cycle's issue told; none once its context was erased. */
function peopleOfIssue(mirror: NamingMirror, cycleId: string) {
  const hash = mirror.getCycle(cycleId)?.cycle.context_hash ?? null;
  const blob = hash === null ? null : mirror.getBlob(hash);
  const context = issuePeople.safeParse(JSON.parse(blob?.toString('utf8') ?? 'null'));
  return context.success ? context.data.facts.issue.people : [];
}
