/** What a person is told, and only they, when their click did not simply do what it says. */
import type { ApprovalsTable } from '../audit/approval-tables.js';
import type { DecisionChannel } from '../domain/approval.js';
import { escapeSlackText } from '../domain/markup/slack-mrkdwn.js';
import type { OutboxDecision } from '../domain/outbox-decision.js';
import { checkText } from '../domain/output/check-text.js';
import type { OutputRules } from '../domain/output/rule.js';
import type { PendingClick } from '../inbox/inbox.js';
import type { ClickAnswer } from '../inbox/people/click-queue.js';
import { IntegrationError } from '../integrations/integration-error.js';
import type { SettledApproval } from '../integrations/slack/approval-card.js';
import { privateNote } from '../integrations/slack/approval-replies.js';
import { decidedSentence } from '../integrations/slack/approval-words.js';
import { readerDate } from '../integrations/slack/block-text.js';
import type { Slack } from '../integrations/slack/slack.js';
import type { Logger } from '../log.js';
import type { DecideInput } from '../workflows/messages.js';
import { alreadyOver } from './decisions.js';
import type { HttpError } from './http-error.js';
import type { Undone } from './undo.js';
import { chosen } from './waiting-decisions.js';

export interface ClickNote {
  /** For the records. */
  readonly plain: string;
  readonly mrkdwn: string;
}

const NOBODY = { by: null, reason: null, note: null };

export type ClickNotes = ReturnType<typeof createClickNotes>;

/** Every foreign word in them is checked as the text of an action is: a note leaves for Slack like any other message. */
export function createClickNotes(output: OutputRules) {
  const safe = (text: string) => checkText(text, output).text;
  const words = (plain: string): ClickNote => ({ plain, mrkdwn: escapeSlackText(safe(plain)) });
  return {
    invalid: () =>
      words('This button is invalid: it belongs to no request as it stands now. Nothing was decided.'),
    stranger: (slackId: string) =>
      words(
        `You are not allowed to decide this: your Slack account ${slackId} belongs to nobody in pm-agent.yaml (people[].slack). The request stays open.`,
      ),
    notAllowed: (names: readonly string[], rule: string) =>
      words(
        `You are not allowed to decide this: rule “${rule}” lets only ${names.join(', ') || 'people that pm-agent.yaml does not name'}. The request stays open.`,
      ),
    requester: (rule: string) =>
      words(
        `You are not allowed to decide this: you asked for it, and rule “${rule}” wants somebody else. The request stays open.`,
      ),
    settled: (status: SettledApproval['status'], approval: ApprovalsTable): ClickNote => {
      const { decided_by_name: name, channel, decided_at: at, reason, note } = approval;
      const by = name === null ? null : { name: safe(name), channel: (channel ?? 'api') as DecisionChannel };
      return {
        plain: alreadyOver(approval),
        mrkdwn: `Too late. ${decidedSentence({ status, by, at, reason, note })}`,
      };
    },
    expired: (deadline: string): ClickNote => ({
      plain: `expired at ${deadline}: nobody decided in time`,
      mrkdwn: `Too late. ${decidedSentence({ ...NOBODY, status: 'expired', at: deadline })}. Do it by hand, or mention the agent there again.`,
    }),
    /** What was recorded while no worker ran, and settles the request. */
    decidedAlready: ({ input, createdAt: at }: OutboxDecision): ClickNote => {
      const what = chosen(JSON.parse(input) as DecideInput);
      return {
        plain: `${what} at ${at}; it waits for a worker`,
        mrkdwn: `Too late. ${escapeSlackText(safe(what))}, ${readerDate(at)}. It is applied as soon as the agent is back.`,
      };
    },
    tooLate: () => words('The form could not be opened in time. Press the button once more.'),
    tooLong: () =>
      words(
        'This is longer than a form in Slack holds. Edit it with pm-agent approve --edit, or reject it with what should change.',
      ),
    recorded: () =>
      words('Your decision is recorded. It is applied as soon as the agent is back; nothing else is needed.'),
    recordedLate: (deadline: string): ClickNote => ({
      plain: `recorded after the deadline of ${deadline}: it counts once the request is asked once more`,
      mrkdwn: `Your decision is recorded. The deadline is over (${readerDate(deadline)}), and the request is asked once more as soon as the agent is back, as its rule says: your decision counts for that. Nothing else is needed.`,
    }),
    ...undoNotes(words),
    refused: ({ status, message }: HttpError) =>
      words(`${status === 403 ? 'You are not allowed to decide this' : 'This did not count'}: ${message}.`),
  };
}

/** What becomes of the button of an announcement. */
function undoNotes(words: (plain: string) => ClickNote) {
  return {
    strangerUndoes: (slackId: string) =>
      words(
        `You are not allowed to take this back: your Slack account ${slackId} belongs to nobody in pm-agent.yaml (people[].slack). Nothing was changed.`,
      ),
    undone: ({ wasBefore, remark }: Pick<Undone, 'wasBefore' | 'remark'>) =>
      words(
        [
          wasBefore ? 'It was taken back already: the message tells by whom.' : 'Taken back.',
          ...(remark === null ? [] : [remark]),
        ].join(' '),
      ),
    undoOrdered: () => words('It is taken back as soon as the agent is back; nothing else is needed.'),
    /** Whoever may not is told so by the message itself, and who may. */
    notUndone: ({ status, message }: HttpError) =>
      words(status === 403 ? `${message}.` : `Not taken back: ${message}.`),
  };
}

/** A note is worth a few tries, not more: the decision does not hang on it. */
const MOST_ATTEMPTS = 5;
const FIRST_RETRY_MS = 1_000;

/** Tells one person in the channel where they clicked. Without `slack`, or a channel, nobody is told. */
export function createClickTeller(parts: {
  readonly slack: Pick<Slack, 'postEphemeral'> | null;
  readonly log: Pick<Logger, 'warn'>;
}): (pending: PendingClick, note: ClickNote) => Promise<ClickAnswer> {
  const { slack, log } = parts;
  return async ({ click, eventId, attempts }, note) => {
    const { channel, user } = click;
    if (slack === null || channel === null) {
      return { result: `${note.plain} (nobody was told)` };
    }
    try {
      await slack.postEphemeral({ channel, userId: user.id, message: privateNote(note.mrkdwn) });
      return { result: note.plain };
    } catch (error) {
      if (!(error instanceof IntegrationError)) {
        throw error;
      }
      if (error.retryable && attempts < MOST_ATTEMPTS) {
        return { result: error.message, retryMs: error.retryAfterMs ?? FIRST_RETRY_MS * 2 ** attempts };
      }
      log.warn({ eventId, reason: error.message }, 'a person could not be told what became of their click');
      return { result: `${note.plain} (not told: ${error.message})` };
    }
  };
}
