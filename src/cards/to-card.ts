/** From the mirror's rows to what a card says: names instead of ids, and how things stand against how they would. */
import type { CardContent } from '../audit/cards.js';
import { jiraNames } from '../domain/account-names.js';
import { type Action, describeAction, textOf } from '../domain/action.js';
import type { JiraUpdateFields } from '../domain/actions/jira-update-fields.js';
import { raisedBy } from '../domain/actions/raised-grade.js';
import { type Drift, driftSentence, wholeDrift } from '../domain/actions/standing.js';
import {
  type AskedQuestion,
  type DecisionChannel,
  type GivenApproval,
  isOpen,
  type Person,
} from '../domain/approval.js';
import type { ContextFacts } from '../domain/context.js';
import type { NameOf } from '../domain/name-of.js';
import { type Acts, whyNothingSent } from '../domain/nothing-sent.js';
import { checkText } from '../domain/output/check-text.js';
import type { OutputRules } from '../domain/output/rule.js';
import { storedCourse } from '../domain/request-course.js';
import { excludedFrom, storedDeciders } from '../domain/stored-request.js';
import type {
  ApprovalCard,
  CardEffect,
  CardPerson,
  SettledApproval,
} from '../integrations/slack/approval-card.js';

export interface CardSettings {
  readonly people: readonly Person[];
  /** What may leave in a text. */
  readonly output: OutputRules;
  /** Null where no address was configured under which people reach it. */
  readonly cycleUrl: (cycleId: string) => string | null;
  readonly acts: Acts;
}

/** Every foreign word in it is checked as the text of an action is: a card leaves for Slack like any other message. */
export function toCard(content: CardContent, { people, output, cycleUrl, acts }: CardSettings): ApprovalCard {
  const safe = (text: string) => checkText(text, output).text;
  const { approval, cycle, decision } = content;
  const action = actionOf(content);
  const nameOf = jiraNames(people, () => content.facts?.issue?.people ?? []);
  const deciders = storedDeciders(approval, people);
  return {
    approvalId: approval.id,
    hash: approval.hash,
    what: safe(describeAction(action, nameOf)),
    words: orNull(textOf(action), safe),
    proposed: orNull(proposedIn(content, nameOf), safe),
    change: orNull(changeOf(action, content, nameOf), safe),
    title: safe(cycle.title ?? cycle.subject),
    trigger: safe(triggerOf(content, people)),
    why: decision === null ? [] : [decision.summary, ...decision.reasons.map(({ text }) => text)].map(safe),
    flagged: content.flags.map(({ rule, where, what }) => safe(`${rule} in ${where}: ${what}`)),
    risk: approval.risk,
    raisedBy: raisedBy(action),
    rule: approval.rule,
    nothingSent: whyNothingSent({ ...content.action, kind: action.kind }, acts),
    deciders: deciders === null ? null : cardPeople(people, deciders),
    notBy: cardPeople(people, excludedFrom(approval)),
    ...progressOf(content, nameOf, safe),
    deadline: approval.deadline,
    onExpiry: storedCourse(approval).onExpiry ?? 'drop',
    cycleId: cycle.id,
    cycleUrl: cycleUrl(cycle.id),
    settled: settledOf(content, safe),
    effect: effectOf(content, safe),
  };
}

function cardPeople(people: readonly Person[], ids: readonly string[]): readonly CardPerson[] {
  return people.filter(({ id }) => ids.includes(id)).map(({ name, slack }) => ({ name, slack }));
}

function actionOf({ approval }: CardContent): Action {
  return { kind: approval.kind, payload: JSON.parse(approval.payload) } as Action;
}

/** In the words that it would have written, or else as one line with what it would have changed. */
function proposedIn(content: CardContent, nameOf: NameOf): string | null {
  const { kind, proposed } = content.approval;
  if (proposed === null) {
    return null;
  }
  const action = { kind, payload: JSON.parse(proposed) } as Action;
  return textOf(action) ?? changeOf(action, content, nameOf) ?? describeAction(action, nameOf);
}

/** Old and new, as far as the old was read for this very issue. */
function changeOf(action: Action, content: CardContent, nameOf: NameOf): string | null {
  const issue = content.facts?.issue ?? null;
  if (issue === null || !('issueKey' in action.payload) || issue.key !== action.payload.issueKey) {
    return null;
  }
  const assignee = (id: string | null) =>
    `Assignee: ${somebody(issue.assigneeId, nameOf)} → ${somebody(id, nameOf)}`;
  switch (action.kind) {
    case 'jira.transition':
      return [
        `Status: ${issue.status} → ${action.payload.toStatus}`,
        ...given(action.payload.assignee).map(assignee),
        ...given(action.payload.resolution).map((resolution) => `Resolution: ${resolution}`),
      ].join('; ');
    case 'jira.assign':
      return assignee(action.payload.accountId);
    case 'jira.update_fields':
      return fieldsChange(action.payload, issue);
    case 'jira.comment':
    case 'jira.link':
    case 'jira.create_issue':
    case 'slack.message':
    case 'bitbucket.pr_comment':
    case 'escalate':
      return null;
  }
}

/** A move says with an empty text that it gives none. */
function given(text = ''): readonly string[] {
  return text === '' ? [] : [text];
}

function somebody(accountId: string | null, nameOf: NameOf): string {
  return accountId === null ? 'nobody' : nameOf(accountId);
}

/** What it adds needs no old value; the estimate and the sprint are not read for a card. */
function fieldsChange(
  { priority, addLabels, removeLabels, dueDate, estimate, sprint }: JiraUpdateFields,
  issue: NonNullable<ContextFacts['issue']>,
): string {
  const labels = [...addLabels.map((label) => `+${label}`), ...removeLabels.map((label) => `-${label}`)];
  return [
    ...(priority === null ? [] : [`Priority: ${issue.priority ?? 'none'} → ${priority}`]),
    ...(labels.length === 0 ? [] : [`Labels: ${labels.join(' ')}`]),
    ...(dueDate === null ? [] : [`Due: ${issue.dueDate ?? 'none'} → ${dueDate}`]),
    ...(estimate === null ? [] : [`Estimate: none → ${estimate}`]),
    ...(sprint === null ? [] : [`Sprint: → the ${sprint} one`]),
  ].join('; ');
}

function triggerOf({ event, cycle }: CardContent, people: readonly Person[]): string {
  const happened = cycle.event_type.replaceAll('_', ' ');
  const sentence = `${happened.charAt(0).toUpperCase()}${happened.slice(1)}`;
  const actor = event?.actor ?? null;
  if (event === null || actor === null) {
    return sentence;
  }
  const known = people.find((person) => person[event.source] === actor.id)?.name;
  return `${sentence} by ${known ?? actor.name ?? actor.id}`;
}

type Safe = (text: string) => string;

/** How far several approvers are, what changed, and what was asked. */
function progressOf(
  { approval }: CardContent,
  nameOf: NameOf,
  safe: Safe,
): Pick<ApprovalCard, 'needed' | 'given' | 'drift' | 'wholeDrift' | 'questions' | 'snoozedUntil'> {
  const given = JSON.parse(approval.given) as readonly GivenApproval[];
  const questions = JSON.parse(approval.questions) as readonly AskedQuestion[];
  const drift = JSON.parse(approval.drift) as readonly Drift[];
  return {
    needed: approval.needed,
    given: given.map(({ by }) => by.name),
    drift: drift.length === 0 ? null : safe(driftSentence(drift, nameOf)),
    wholeDrift: orNull(wholeDrift(drift, nameOf), safe),
    questions: questions.map(({ by, question, answer }) =>
      safe(`${by.name} asks: ${question}\n${answer ?? 'Not answered yet.'}`),
    ),
    snoozedUntil: approval.snoozed_until,
  };
}

function orNull(text: string | null, safe: Safe): string | null {
  return text === null ? null : safe(text);
}

function settledOf({ approval }: CardContent, safe: Safe): SettledApproval | null {
  const { status, decided_by_name: name, channel, decided_at: at, reason, note } = approval;
  if (isOpen(status)) {
    return null;
  }
  const by = name === null ? null : { name, channel: (channel ?? 'api') as DecisionChannel };
  return { status, by, at, reason: orNull(reason, safe), note: orNull(note, safe) };
}

function effectOf({ action }: CardContent, safe: Safe): CardEffect {
  const result = JSON.parse(action.result ?? 'null') as { readonly message?: string } | null;
  return { status: action.status, message: safe(result?.message ?? '') };
}
