/** What was proposed and never left, beside what people then did on the same thing. Pure. */
import type { Action, ActionKind } from './action.js';
import type { ActionPayloads } from './actions/payloads.js';
import type { EventType, FieldChange } from './event.js';

/** `open`: people still have time. `not_compared`: nothing that arrives would tell. */
export const AGREEMENTS = ['same', 'other', 'nothing', 'open', 'not_compared'] as const;
export type Agreement = (typeof AGREEMENTS)[number];

/** What a person did on the target of a proposal. */
export interface Deed {
  readonly eventId: string;
  readonly type: EventType;
  /** ISO 8601 UTC. */
  readonly at: string;
  /** Of the fields; none for all that is no change of them. */
  readonly changes: readonly FieldChange[];
}

export interface Compared {
  readonly agreement: Agreement;
  /** The event that decided it; null where none did. */
  readonly eventId: string | null;
}

export interface ShadowWindow {
  /** ISO 8601 UTC. */
  readonly proposedAt: string;
  readonly windowMs: number;
  readonly now: Date;
}

/** Names by which a vendor's change may call an account. */
export type NamesOf = (accountId: string) => readonly string[];

type Likeness = 'same' | 'other' | null;
type Comparison<K extends ActionKind> = (
  payload: ActionPayloads[K],
  namesOf: NamesOf,
) => ((deed: Deed) => Likeness) | null;

/** How a deed of a person is like a proposal; null where no event would tell, or a deed says nothing about it. */
const COMPARISONS: { readonly [K in ActionKind]: Comparison<K> } = {
  'jira.comment': () => saying('comment_created'),
  'jira.transition': ({ toStatus }) => changing(['status'], (to) => to === toStatus),
  'jira.assign': ({ accountId }, namesOf) =>
    changing(['assignee'], (to) =>
      accountId === null
        ? to === null || to === ''
        : to === accountId || namesOf(accountId).includes(to ?? ''),
    ),
  'jira.update_fields': (payload) => fieldComparison(payload),
  'jira.link': () => null,
  'jira.create_issue': () => null,
  'slack.message': ({ threadTs }) => (threadTs === null ? null : saying('thread_message')),
  'bitbucket.pr_comment': () => saying('pr_comment_created'),
  escalate: () => null,
};

/** Only what happened after the proposal and within the window counts; the first deed that is the same settles it. */
export function compareWithPeople<K extends ActionKind>(
  { kind, payload }: Pick<Action<K>, 'kind' | 'payload'>,
  deeds: readonly Deed[],
  { proposedAt, windowMs, now }: ShadowWindow,
  namesOf: NamesOf,
): Compared {
  const likenessOf = (COMPARISONS[kind] as Comparison<K>)(payload as ActionPayloads[K], namesOf);
  if (likenessOf === null) {
    return { agreement: 'not_compared', eventId: null };
  }
  const from = Date.parse(proposedAt);
  const alike = deeds
    .filter(({ at }) => Date.parse(at) > from && Date.parse(at) <= from + windowMs)
    .map((deed) => ({ eventId: deed.eventId, likeness: likenessOf(deed) }));
  const same = alike.find(({ likeness }) => likeness === 'same');
  const other = alike.find(({ likeness }) => likeness === 'other');
  if (same !== undefined) {
    return { agreement: 'same', eventId: same.eventId };
  }
  return now.getTime() < from + windowMs
    ? { agreement: 'open', eventId: null }
    : { agreement: other === undefined ? 'nothing' : 'other', eventId: other?.eventId ?? null };
}

function saying(type: EventType): (deed: Deed) => Likeness {
  return (deed) => (deed.type === type ? 'same' : null);
}

function changing(
  fields: readonly string[],
  isWanted: (to: string | null) => boolean,
): (deed: Deed) => Likeness {
  return ({ changes }) => {
    const of = changes.filter(({ field }) => fields.includes(field.toLowerCase()));
    return of.length === 0 ? null : of.some(({ to }) => isWanted(to)) ? 'same' : 'other';
  };
}

/** The same is every wanted value at once; changelogs name estimates and sprints in each team's own way. */
function fieldComparison({
  priority,
  dueDate,
  addLabels,
  removeLabels,
}: ActionPayloads['jira.update_fields']): ((deed: Deed) => Likeness) | null {
  const wanted = [
    ...(priority === null ? [] : [changing(['priority'], (to) => to === priority)]),
    ...(dueDate === null ? [] : [changing(['duedate'], (to) => (to ?? '').startsWith(dueDate))]),
    ...(addLabels.length + removeLabels.length === 0
      ? []
      : [changing(['labels'], (to) => hasLabels((to ?? '').split(' '), addLabels, removeLabels))]),
  ];
  if (wanted.length === 0) {
    return null;
  }
  return (deed) => {
    const found = wanted.map((likenessOf) => likenessOf(deed));
    return found.every((one) => one === null)
      ? null
      : found.every((one) => one === 'same')
        ? 'same'
        : 'other';
  };
}

function hasLabels(labels: readonly string[], added: readonly string[], removed: readonly string[]): boolean {
  return added.every((label) => labels.includes(label)) && !removed.some((label) => labels.includes(label));
}
