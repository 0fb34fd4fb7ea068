/** What a click on an approval card comes to: a decision by the same way as every other, a form, or a word to one person. */

import type { ApprovalsTable } from '../audit/approval-tables.js';
import type { MirrorReader } from '../audit/mirror-reader.js';
import { type Decider, isOpen, type Person } from '../domain/approval.js';
import type { Acts } from '../domain/nothing-sent.js';
import { excludedFrom, isAfterDeadline, storedDeciders, whyTooLate } from '../domain/stored-request.js';
import type { ApprovalClick, ClickDecision, ClickOpening, PendingClick } from '../inbox/inbox.js';
import type { AnswerClick, ClickAnswer } from '../inbox/people/click-queue.js';
import { IntegrationError } from '../integrations/integration-error.js';
import { fromButtonValue } from '../integrations/slack/approval-button.js';
import type { Slack, SlackForm } from '../integrations/slack/slack.js';
import { isDecision, isDoneBy, kindOf, saidBy } from './click-decision.js';
import { formBehind } from './click-forms.js';
import type { ClickNote, ClickNotes } from './click-notes.js';
import type { Decisions } from './decisions.js';
import { HttpError } from './http-error.js';
import { type NamingMirror, namesIn } from './names.js';

export interface ClickSettings {
  readonly people: readonly Person[];
  readonly notes: ClickNotes;
}

export interface ClickParts {
  readonly decisions: Pick<Decisions, 'decide' | 'noteRefusal' | 'settledBy'>;
  readonly mirror: Pick<MirrorReader, 'getApproval' | keyof NamingMirror>;
  /** As they are now: asked once for each click. */
  readonly settings: () => ClickSettings;
  /** Null where nothing may be written to Slack: then nobody is told, and decisions count all the same. */
  readonly slack: Pick<Slack, 'openView'> | null;
  readonly tell: (pending: PendingClick, note: ClickNote) => Promise<ClickAnswer>;
  readonly clock: () => Date;
  readonly acts: Acts;
}

/** A click on a card; an announcement's is none. */
interface CardClick extends PendingClick {
  readonly click: ApprovalClick & { readonly what: ClickDecision | ClickOpening };
}

function isOfCard(pending: PendingClick): pending is CardClick {
  return pending.click.what !== 'undo';
}

/** Answers each click; a repeat of one that was answered finds what it did and stays silent. */
export function createClickAnswerer(parts: ClickParts, undo: AnswerClick): AnswerClick {
  return async (pending) => (isOfCard(pending) ? answerCard(parts, pending) : undo(pending));
}

async function answerCard(parts: ClickParts, pending: CardClick): Promise<ClickAnswer> {
  const { click } = pending;
  const settings = parts.settings();
  const { notes } = settings;
  const person = settings.people.find(({ slack }) => slack === click.user.id) ?? null;
  const asking: Asking = { ...settings, pending, by: deciderOf(click, person) };
  const reference = fromButtonValue(click.value);
  const approval = reference === null ? null : parts.mirror.getApproval(reference.approvalId);
  if (approval === null) {
    return refuse(parts, asking, 'invalid', notes.invalid());
  }
  if (isDoneBy(click, asking.by.id, approval)) {
    return { result: approval.status };
  }
  if (!isOpen(approval.status)) {
    return refuse(parts, asking, 'already_decided', notes.settled(approval.status, approval));
  }
  if (approval.hash !== reference?.hash) {
    return refuse(parts, asking, 'invalid', notes.invalid());
  }
  const why = whyNotAllowed(approval, person, click, asking);
  if (why !== null) {
    return refuse(parts, asking, 'not_allowed', why);
  }
  const { what } = click;
  if (isDecision(what)) {
    return decide(parts, asking, what, approval);
  }
  const now = parts.clock();
  const over = whyOver(parts, asking, approval, now);
  return over === null
    ? openForm(
        parts,
        asking,
        formBehind(what, click, approval, { now, names: namesIn(parts.mirror, asking.people, parts.acts) }),
      )
    : refuse(parts, asking, 'already_decided', over);
}

/** Why a form would be filled in for nothing: what comes of it is decided later than the click, and cannot count any more. */
function whyOver(
  { decisions }: ClickParts,
  { notes }: Asking,
  approval: ApprovalsTable,
  now: Date,
): ClickNote | null {
  if (whyTooLate(approval, now.toISOString()) !== null) {
    return notes.expired(approval.deadline);
  }
  const recorded = decisions.settledBy(approval);
  return recorded === null ? null : notes.decidedAlready(recorded);
}

interface Asking extends ClickSettings {
  readonly pending: CardClick;
  readonly by: Decider;
}

/** The person behind a Slack account; for one that nobody has, the account itself. */
export function deciderOf({ user }: ApprovalClick, person: Person | null): Decider {
  return { id: person?.id ?? user.id, name: person?.name ?? user.name ?? user.id, channel: 'slack' };
}

/** Only people of pm-agent.yaml decide here, and of those only whom the rule names, where it names any. */
function whyNotAllowed(
  approval: ApprovalsTable,
  person: Person | null,
  { user }: ApprovalClick,
  { people, notes }: ClickSettings,
): ClickNote | null {
  if (person === null) {
    return notes.stranger(user.id);
  }
  const deciders = storedDeciders(approval, people);
  const names = people.filter(({ id }) => deciders?.includes(id)).map(({ name }) => name);
  if (excludedFrom(approval).includes(person.id)) {
    return notes.requester(approval.rule);
  }
  return deciders === null || deciders.includes(person.id) ? null : notes.notAllowed(names, approval.rule);
}

async function refuse(
  { decisions, tell }: ClickParts,
  { pending, by }: Asking,
  code: string,
  note: ClickNote,
): Promise<ClickAnswer> {
  const { click, eventId: requestId } = pending;
  const approvalId = fromButtonValue(click.value)?.approvalId ?? click.value;
  const what = kindOf(click.what);
  await decisions.noteRefusal({ requestId, approvalId, by, what, code, why: note.plain });
  return tell(pending, note);
}

/** Slack gives three seconds from the click; whoever comes too late is told to press once more. */
async function openForm(
  { slack, tell }: ClickParts,
  { pending, notes }: Asking,
  form: SlackForm | null,
): Promise<ClickAnswer> {
  const { triggerId } = pending.click;
  if (form === null) {
    return tell(pending, notes.tooLong());
  }
  if (slack === null || triggerId === null) {
    return tell(pending, notes.tooLate());
  }
  try {
    await slack.openView(triggerId, form);
    return { result: 'form opened' };
  } catch (error) {
    if (error instanceof IntegrationError) {
      return tell(pending, notes.tooLate());
    }
    throw error;
  }
}

async function decide(
  { decisions, tell }: ClickParts,
  { pending, by, notes }: Asking,
  what: ClickDecision,
  approval: ApprovalsTable,
): Promise<ClickAnswer> {
  const { click, eventId: requestId, receivedAt: madeAt } = pending;
  try {
    const state = await decisions.decide({
      approvalId: approval.id,
      hash: approval.hash,
      by,
      requestId,
      madeAt,
      ...saidBy(click, what, approval),
    });
    if (state.status !== 'recorded') {
      return { result: state.status };
    }
    const isLate = isAfterDeadline(approval, state.madeAt);
    return await tell(pending, isLate ? notes.recordedLate(approval.deadline) : notes.recorded());
  } catch (error) {
    if (error instanceof HttpError) {
      const isLate = error.code === 'already_decided' && whyTooLate(approval, madeAt) !== null;
      return tell(pending, isLate ? notes.expired(approval.deadline) : notes.refused(error));
    }
    throw error;
  }
}
