/** One recorded call of the model. */
import { randomUUID } from 'node:crypto';
import { Context, log } from '@temporalio/activity';
import type { MirrorWriter } from '../audit/mirror.js';
import type { ModelCallRecord } from '../audit/model-call-record.js';
import { costOfCall } from '../domain/model-prices.js';
import type { ModelReply, ModelRequest } from '../integrations/claude/claude.js';
import { mayBePaid } from '../integrations/integration-error.js';
import type { Prompt } from '../reasoning/prompt.js';
import type { ActivityDeps } from './dependencies.js';
import { withHeartbeat } from './heartbeat.js';
import { withoutSecrets } from './kept-reply.js';
import { currentTry } from './step.js';

/** A slow answer and a dead worker look alike without it. Milliseconds. */
const HEARTBEAT_MS = 5_000;

/** `mirror`: the ledger that the call stands in. */
type CallDeps = Pick<
  ActivityDeps,
  'claude' | 'modelHeldBack' | 'clock' | 'prices' | 'messageBody' | 'output'
> & {
  readonly mirror: Pick<MirrorWriter, 'beginModelCall' | 'recordModelCall'>;
};

export interface ModelCall {
  /** Unique within the product, the same for the same call. */
  readonly id: string;
  /** Under which a failed try is recorded; the call's own id where left out. */
  readonly failedId?: string;
  readonly cycleId: string;
  readonly purpose: string;
  readonly prompt: Prompt;
  readonly request: ModelRequest;
  /** What is held for it against the budgets: it counts as spent where the answer is lost. */
  readonly heldUsd: number;
}

export interface AnsweredCall {
  readonly reply: ModelReply;
  /** Blob of the whole reply. */
  readonly replyHash: string;
  readonly costUsd: number;
}

/**
 * Calls the model once and records request, reply, usage and cost. A failed call is recorded too, and thrown on; one that
 * has to wait leaves nothing. One whose answer was lost or cannot be read may have been paid, and stands at what was held for
 * it: else a fault on the way would spend without end. A failure that shows an outage is thrown as a wait: it was the trial for all that wait.
 * It is under way in the mirror before it is sent: where its worker dies, the next try books it as lost (spending.ts).
 * A crash between the reply and the record pays for a second call: the API has no idempotency key.
 */
export async function callModel(deps: CallDeps, call: ModelCall): Promise<AnsweredCall> {
  assertMayAsk(deps, call);
  const startedAt = deps.clock().toISOString();
  const underWay = await begin(deps, call, startedAt);
  const signal = Context.current().cancellationSignal;
  let reply: ModelReply;
  try {
    reply = withoutSecrets(
      await withHeartbeat(HEARTBEAT_MS, () => deps.claude.createMessage(call.request, signal)),
      deps.output,
    );
  } catch (error) {
    await recordFailure(
      deps,
      call,
      { startedAt, underWay },
      { error, mayBePaid: signal.aborted || mayBePaid(error) },
    );
    assertMayAsk(deps, call);
    throw error;
  }
  const cost = costOfCall([reply.model, call.request.model], reply.usage, deps.prices);
  const { replyHash } = await deps.mirror.recordModelCall({
    ...commonRecord(deps, call, { startedAt, underWay }),
    model: reply.model,
    reply: reply.raw,
    stopReason: reply.stopReason,
    usage: reply.usage,
    costUsd: cost.usd,
    costIsEstimate: cost.isEstimate,
    priceDate: cost.priceDate,
    requestId: reply.requestId,
    error: null,
  });
  return { reply, replyHash: replyHash ?? '', costUsd: cost.usd };
}

interface Begun {
  readonly startedAt: string;
  readonly underWay: string;
}

/** Answers the id of the row that it leaves in the ledger if it is lost. */
async function begin(deps: CallDeps, call: ModelCall, startedAt: string): Promise<string> {
  const { id, failedId = id, cycleId, purpose, prompt, request, heldUsd } = call;
  const underWay = `${failedId}.lost-${randomUUID().slice(0, 8)}`;
  await deps.mirror.beginModelCall({
    id: underWay,
    cycleId,
    purpose,
    model: request.model,
    promptId: prompt.id,
    promptVersion: prompt.version,
    request: deps.messageBody(request),
    startedAt,
    heldUsd,
    madeBy: currentTry(),
  });
  return underWay;
}

function assertMayAsk({ modelHeldBack }: CallDeps, { request }: ModelCall): void {
  const held = modelHeldBack(request);
  if (held !== null) {
    throw held;
  }
}

/** The vendor's error decides what happens next, so that it wins over one of the mirror. */
async function recordFailure(
  deps: CallDeps,
  call: ModelCall,
  begun: Begun,
  failed: { readonly error: unknown; readonly mayBePaid: boolean },
): Promise<void> {
  const { error, mayBePaid: costIsEstimate } = failed;
  try {
    await deps.mirror.recordModelCall({
      ...commonRecord(deps, call, begun),
      id: call.failedId ?? call.id,
      model: call.request.model,
      reply: null,
      stopReason: null,
      usage: null,
      costUsd: costIsEstimate ? call.heldUsd : 0,
      costIsEstimate,
      priceDate: null,
      requestId: null,
      error: error instanceof Error ? error.message : String(error),
    });
  } catch (recordError) {
    log.warn('a failed model call could not be recorded', { callId: call.id, error: recordError });
  }
}

type CommonFields =
  | 'id'
  | 'cycleId'
  | 'purpose'
  | 'promptId'
  | 'promptVersion'
  | 'request'
  | 'startedAt'
  | 'endedAt'
  | 'underWay';

function commonRecord(
  deps: CallDeps,
  { id, cycleId, purpose, prompt, request }: ModelCall,
  { startedAt, underWay }: Begun,
): Pick<ModelCallRecord, CommonFields> {
  return {
    id,
    cycleId,
    purpose,
    promptId: prompt.id,
    promptVersion: prompt.version,
    request: deps.messageBody(request),
    startedAt,
    endedAt: deps.clock().toISOString(),
    underWay,
  };
}
