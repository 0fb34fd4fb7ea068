/** The names of people in what the API tells of actions and requests. */
import { z } from 'zod';
import type { ApprovalsTable } from '../audit/approval-tables.js';
import type { MirrorReader } from '../audit/mirror-reader.js';
import type { Config } from '../config/config.js';
import { jiraNames } from '../domain/account-names.js';
import type { ActionKind } from '../domain/action.js';
import type { Person } from '../domain/approval.js';
import type { Nameable } from '../domain/edited-payload.js';
import type { EventSource } from '../domain/event.js';
import type { NameOf } from '../domain/name-of.js';
import { type Acts, whyNothingSent } from '../domain/nothing-sent.js';
import type { ApiDeps } from './deps.js';

export interface Names {
  /** As pm-agent.yaml has them now. */
  readonly people: readonly Person[];
  /** Of Jira's accounts, as they were known in a cycle. */
  readonly jira: (cycleId: string) => NameOf;
  /** Whom an action of a cycle may name, by name: the people of its issue. None where they are not known (any more). */
  readonly nameable: (cycleId: string) => readonly Nameable[];
  /** Why an approval of this request sends nothing; null where what is approved is sent. */
  readonly nothingSent: (request: Pick<ApprovalsTable, 'kind' | 'action_id'>) => string | null;
}

const issuePeople = z.object({
  facts: z.object({
    issue: z.object({ people: z.array(z.object({ id: z.string(), name: z.string() })) }),
  }),
});

export type NamingDeps = Pick<ApiDeps, 'mirror' | 'agentFile' | 'config'>;

export function namesOf({ mirror, agentFile, config }: NamingDeps): Names {
  return namesIn(mirror, agentFile().people, actsOf(config));
}

export function namesIn(mirror: NamingMirror, people: readonly Person[], acts: Acts): Names {
  return {
    people,
    jira: (cycleId) => jiraNames(people, () => peopleOfIssue(mirror, cycleId)),
    nameable: (cycleId) => {
      const ofIssue = peopleOfIssue(mirror, cycleId);
      const nameOf = jiraNames(people, () => ofIssue);
      return ofIssue.map(({ id }) => ({ id, name: nameOf(id) }));
    },
    nothingSent: ({ kind, action_id }) => {
      const { project = null, level = null, status = 'proposed' } = mirror.getAction(action_id) ?? {};
      return whyNothingSent({ kind: kind as ActionKind, project, level, status }, acts);
    },
  };
}

export function actsOf({ jira, bitbucket, slack }: Pick<Config, EventSource>): Acts {
  return { jira: jira.acts, bitbucket: bitbucket.acts, slack: slack.acts };
}

export type NamingMirror = Pick<MirrorReader, 'getCycle' | 'getBlob' | 'getAction'>;

/** Those whom the cycle's issue told; none once its context was erased. */
function peopleOfIssue(mirror: NamingMirror, cycleId: string): readonly Nameable[] {
  const hash = mirror.getCycle(cycleId)?.cycle.context_hash ?? null;
  const blob = hash === null ? null : mirror.getBlob(hash);
  const context = issuePeople.safeParse(JSON.parse(blob?.toString('utf8') ?? 'null'));
  return context.success ? context.data.facts.issue.people : [];
}
