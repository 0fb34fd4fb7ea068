/** What was proposed in shadow, compared with what people then did on the same thing: from mirror and inbox alone. */
import { z } from 'zod';
import type { ShadowAction } from '../audit/mirror-reader.js';
import type { Action } from '../domain/action.js';
import type { Person } from '../domain/approval.js';
import { isBot } from '../domain/bot-scope.js';
import type { EventSource, PmEvent } from '../domain/event.js';
import { AGREEMENTS, type Agreement, type Compared, compareWithPeople, type Deed } from '../domain/shadow.js';
import type { WebhookRow } from '../inbox/inbox.js';
import type { ApiDeps } from './deps.js';

/** Proposals of one report; the newest are compared. */
const MOST = 2_000;
/** Events of one subject that are looked through, the newest first. */
const MOST_EVENTS = 500;

export interface ShadowAsked {
  /** ISO 8601 UTC: proposed at or after. */
  readonly since: string;
  readonly windowMs: number;
}

export interface ComparedAction extends Compared {
  readonly action: ShadowAction;
}

export interface ShadowReport {
  readonly compared: readonly ComparedAction[];
  readonly kinds: Readonly<Record<string, Readonly<Record<Agreement, number>>>>;
  /** There were more, older ones. */
  readonly isCut: boolean;
}

type Deps = Pick<ApiDeps, 'mirror' | 'inbox' | 'agentFile' | 'clock'>;

export function shadowReport(deps: Deps, { since, windowMs }: ShadowAsked): ShadowReport {
  const found = deps.mirror.shadowActions(since, MOST + 1);
  const deedsOn = createDeeds(deps);
  const now = deps.clock();
  const compared = found.slice(0, MOST).map((action) => {
    const proposal = { kind: action.kind, payload: JSON.parse(action.payload) as unknown } as Action;
    const window = { proposedAt: action.proposed_at, windowMs, now };
    const namesOf = (accountId: string) => namesIn(deps, action, accountId);
    return { action, ...compareWithPeople(proposal, deedsOn(action.target), window, namesOf) };
  });
  return { compared, kinds: countsOf(compared), isCut: found.length > MOST };
}

function countsOf(compared: readonly ComparedAction[]): ShadowReport['kinds'] {
  const kinds: Record<string, Record<Agreement, number>> = {};
  for (const { action, agreement } of compared) {
    const counts = (kinds[action.kind] ??= Object.fromEntries(AGREEMENTS.map((one) => [one, 0])) as never);
    counts[agreement] += 1;
  }
  return kinds;
}

/** What people did on a subject, oldest first; read once for each. */
function createDeeds({ inbox, mirror, agentFile }: Deps): (subject: string) => readonly Deed[] {
  const own = mirror.ownAccounts();
  const { people } = agentFile();
  const read = new Map<string, readonly Deed[]>();
  return (subject) => {
    const known = read.get(subject) ?? deedsIn(inbox, subject, own, people);
    read.set(subject, known);
    return known;
  };
}

function deedsIn(
  inbox: Deps['inbox'],
  subject: string,
  own: ReturnType<Deps['mirror']['ownAccounts']>,
  people: readonly Person[],
): readonly Deed[] {
  const { items } = inbox.list({ subject }, { limit: MOST_EVENTS, cursor: null });
  return items
    .toReversed()
    .flatMap((row) =>
      row.event !== null && isByPerson(row.event, own, people) ? [deedOf(row, row.event)] : [],
    );
}

function isByPerson(
  { actor, source }: PmEvent,
  own: readonly { readonly vendor: string; readonly accountId: string }[],
  people: readonly Person[],
): boolean {
  const isOwn = (vendor: EventSource, id: string) =>
    own.some((account) => account.vendor === vendor && account.accountId === id);
  return actor !== null && !isBot(actor, source, people) && !isOwn(source, actor.id);
}

function deedOf({ id, receivedAt }: WebhookRow, event: PmEvent): Deed {
  const changes = event.type === 'issue_updated' ? event.changes : [];
  return { eventId: id, type: event.type, at: event.occurredAt ?? receivedAt, changes };
}

const peopleShape = z.object({
  facts: z.object({
    issue: z.object({ people: z.array(z.object({ id: z.string(), name: z.string() })) }),
  }),
});

/** Changelogs name people: by pm-agent.yaml, and by the issue as the decision saw it. */
function namesIn({ agentFile, mirror }: Deps, action: ShadowAction, accountId: string): readonly string[] {
  const configured = agentFile().people.filter(({ jira }) => jira === accountId);
  const blob = action.context_hash === null ? null : mirror.getBlob(action.context_hash);
  const seen = peopleShape.safeParse(blob === null ? null : JSON.parse(blob.toString('utf8')));
  const people = seen.success ? seen.data.facts.issue.people.filter(({ id }) => id === accountId) : [];
  return [...configured, ...people].map(({ name }) => name);
}
