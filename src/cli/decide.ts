import type { DecisionKind } from '../domain/approval.js';
import { suggestionSentence } from '../domain/nothing-sent.js';
import { type ApiAnswer, createApiClient, describeFailure, member, printAnswer } from './api-client.js';
import { CommandError, type Io, UsageError } from './command.js';
import { findApproval } from './find-approval.js';
import { plain, withReadableTimes } from './table.js';
import { approveCommand, shownHash } from './tell-approval.js';
import { tellRecorded } from './tell-recorded.js';
import type { ApprovalView } from './views.js';

export interface DecisionRequest {
  readonly id: string;
  readonly decision: DecisionKind;
  /** How the hash of what the person read begins; left out: they take it as it stands now. */
  readonly hash?: string | undefined;
  readonly note?: string | undefined;
  readonly reason?: string | undefined;
  readonly until?: string | undefined;
  /** An edit: makes the payload from the one that was read. */
  readonly edit?: ((payload: unknown) => Promise<unknown>) | undefined;
  readonly json: boolean;
}

const WRONG_USAGE = 2;
const RECORDED = 202;
const BAD_REQUEST = 400;

/**
 * Reads the approval, then decides on exactly the payload that was read: its hash goes with the decision.
 * @returns 0 where the decision counts, 1 where somebody else was first or the payload changed
 */
export async function decide(io: Io, request: DecisionRequest): Promise<number> {
  const api = createApiClient(io);
  const approval = await findApproval(api, request.id);
  assertAsRead(approval, request);
  const payload = request.edit === undefined ? undefined : await request.edit(approval.payload);
  const answer = await api.ask('POST', `/api/approvals/${encodeURIComponent(approval.id)}/decision`, {
    decision: request.decision,
    hash: approval.hash,
    ...(request.note === undefined ? {} : { note: request.note }),
    ...(request.reason === undefined ? {} : { reason: request.reason }),
    ...(request.until === undefined ? {} : { until: request.until }),
    ...(payload === undefined ? {} : { payload }),
  });
  if (request.json) {
    const code = printAnswer(io, answer);
    return isOfOption(answer) ? WRONG_USAGE : code;
  }
  if (answer.status >= 300) {
    throw refusalOf(answer);
  }
  io.out(describeDecision(request, approval, answer));
  return 0;
}

/** It can have been edited, or shown anew, since the list was printed: who approves what was shown anew says that they read it. */
function assertAsRead(approval: ApprovalView, { hash: read, decision }: DecisionRequest): void {
  const { id, hash, changed = null, what, status } = approval;
  const why = changed === null ? '' : `: ${plain(changed)}`;
  if (read === undefined && decision === 'approve' && status === 'reopened') {
    throw new CommandError(
      `${id} was shown again, since its target changed${why}. Nothing was approved. What waits now:\n  ${plain(what ?? `${approval.kind} on ${approval.target}`)}\nTo approve just that, once it is read (npx pm-agent approvals): ${approveCommand(approval)}`,
    );
  }
  if (read !== undefined && !hash.startsWith(read)) {
    throw new CommandError(
      `${id} is not what you read any more (its hash is ${shownHash(hash)} now)${why}; read it again: npx pm-agent approvals`,
    );
  }
}

const VERBS: { readonly [K in DecisionKind]: string } = {
  approve: 'Approved',
  reject: 'Rejected',
  ask: 'Asked',
  snooze: 'Put off',
  take_over: 'Taken over, the agent stands down',
};

function describeDecision(request: DecisionRequest, approval: ApprovalView, answer: ApiAnswer): string {
  const state = answer.body as Partial<ApprovalView>;
  const later = answer.status === RECORDED ? [tellRecorded(request.decision, approval, answer.body)] : [];
  const given = state.given?.length ?? 0;
  const waits = request.decision === 'approve' && state.status === 'pending' && given > 0;
  const count = waits ? ` (${given} of ${state.needed}; another person has to approve, too)` : '';
  const nothingSent = request.decision === 'approve' ? (approval.nothingSent ?? null) : null;
  const verb = nothingSent === null ? VERBS[request.decision] : 'Agreed';
  const edited = request.edit === undefined ? '' : ' with your edit';
  const isDrill = typeof state.drill === 'string';
  const done = [
    `${verb}${edited}: ${approval.kind} on ${approval.target}${count}`,
    ...(approval.what === undefined || request.edit !== undefined ? [] : [`  ${plain(approval.what)}`]),
    ...(nothingSent === null ? [] : [`  ${plain(suggestionSentence(nothingSent))}`]),
  ];
  return [
    ...(isDrill ? [`That was a drill: ${plain(state.drill)}. Nothing was sent.`] : []),
    // "Approved" right below would say that the drill's action goes after all.
    ...(isDrill && request.decision === 'approve' ? [] : done),
    ...later,
    `See what follows: npx pm-agent show ${approval.cycleId}`,
    '',
  ].join('\n');
}

/** In the API's words: what was decided already, by whom and when, say. */
function refusalOf(answer: ApiAnswer): CommandError {
  const message = withReadableTimes(describeFailure(answer));
  return isOfOption(answer) ? new UsageError(message) : new CommandError(message);
}

/** The API names what it refuses: what was given with --payload, --until or --for. */
function isOfOption({ status, body }: ApiAnswer): boolean {
  const message = member(member(body, 'error'), 'message');
  return status === BAD_REQUEST && typeof message === 'string' && /^(?:payload|until)\b/.test(message);
}
