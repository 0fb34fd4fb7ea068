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
  readonly prompt: Pick<Prompt, 'id' | 'version'>;
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
 * A reply that the ledger did not take is kept by this process for the next try (audit/unwritten-answers.ts). A crash between the reply
 * and the record pays for a second call: the API has no idempotency key.
 */
export async function callModel(deps: CallDeps, call: ModelCall): Promise<AnsweredCall> {
  assertMayAsk(deps, call);
  const { id, failedId = id, request, heldUsd } = call;
  const common = commonOf(deps, call);
  const underWay = `${failedId}.lost-${randomUUID().slice(0, 8)}`;
  await deps.mirror.beginModelCall({
    ...common,
    id: underWay,
    model: request.model,
    heldUsd,
    madeBy: currentTry(),
  });
  const signal = Context.current().cancellationSignal;
  let reply: ModelReply;
  try {
    reply = withoutSecrets(
      await withHeartbeat(HEARTBEAT_MS, () => deps.claude.createMessage(request, signal)),
      deps.output,
    );
  } catch (error) {
    await recordFailure(
      deps,
      call,
      { ...common, underWay },
      { error, mayBePaid: signal.aborted || mayBePaid(error) },
    );
    assertMayAsk(deps, call);
    throw error;
  }
  const cost = costOfCall([reply.model, request.model], reply.usage, deps.prices);
  const { replyHash } = await deps.mirror.recordModelCall({
    ...common,
    underWay,
    id,
    endedAt: deps.clock().toISOString(),
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

/** What the ledger keeps of it from its beginning to either end. */
function commonOf(deps: CallDeps, { cycleId, purpose, prompt, request }: ModelCall) {
  return {
    cycleId,
    purpose,
    promptId: prompt.id,
    promptVersion: prompt.version,
    request: deps.messageBody(request),
    startedAt: deps.clock().toISOString(),
  };
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
  begun: ReturnType<typeof commonOf> & Pick<ModelCallRecord, 'underWay'>,
  failed: { readonly error: unknown; readonly mayBePaid: boolean },
): Promise<void> {
  const { error, mayBePaid: costIsEstimate } = failed;
  try {
    await deps.mirror.recordModelCall({
      ...begun,
      id: call.failedId ?? call.id,
      endedAt: deps.clock().toISOString(),
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
