/**
 * A drill that waits is read by whoever may read, and must not differ from a request. What it shows is therefore made of a
 * cycle that was really decided: the same words with ids, times and the decision of its own.
 */
import type { DrillPattern } from '../../audit/drills.js';
import type { ModelCallRecord } from '../../audit/model-call-record.js';
import type { Context } from '../../domain/context.js';
import type { Decision } from '../../domain/decision.js';
import type { DrillLikeness } from '../../domain/drill.js';
import type { PmEvent } from '../../domain/event.js';
import { fingerprint } from '../fingerprint.js';

/** What is waited for in the activity that shows it, which has ten seconds: a long thought is cut. */
const LONGEST_MS = { gather: 800, decide: 4_000, plan: 300 } as const;
/** What a change is named after: a second event of one name is one too many. */
const CHANGE_ID = /:(?:comment|changelog|link):(\d+)/;

/** The steps, no longer than can be waited for. */
export function likeSteps({ gather, decide, plan }: DrillPattern): DrillLikeness {
  return {
    gather: { ...gather, tookMs: Math.min(gather.tookMs, LONGEST_MS.gather) },
    decide: { ...decide, tookMs: Math.min(decide.tookMs, LONGEST_MS.decide) },
    plan: { ...plan, tookMs: Math.min(plan.tookMs, LONGEST_MS.plan) },
  };
}

/** The same happening as another one: later, and of a change with another id. */
export function likeEvent(event: PmEvent, at: string): PmEvent {
  const own = anotherId(event);
  const text = JSON.stringify(event);
  const renamed = own === null ? text : text.replaceAll(own.was, own.is);
  return { ...(JSON.parse(renamed) as PmEvent), ...(event.occurredAt === null ? {} : { occurredAt: at }) };
}

function anotherId({ changeKey }: PmEvent): { readonly was: string; readonly is: string } | null {
  const was = CHANGE_ID.exec(changeKey ?? '')?.[1];
  return was === undefined || was.length < 4 ? null : { was, is: nextId(was) };
}

/** Of as many digits. */
function nextId(id: string): string {
  return String((BigInt(id) + 3n) % 10n ** BigInt(id.length)).padStart(id.length, '0');
}

/** What was read, as if it had been read now. */
export function likeContext(context: Context, at: string): Context {
  return { ...context, items: context.items.map((item) => ({ ...item, fetchedAt: at })) };
}

/** The call that decided, as if it had decided this. @param nonces what marks the data in the two cycles' prompts */
export function likeCall(
  { call }: Pick<DrillPattern, 'call'>,
  cycleId: string,
  decision: Decision,
  nonces: { readonly was: string; readonly is: string },
): Omit<ModelCallRecord, 'startedAt' | 'endedAt'> {
  return {
    ...call,
    id: `${cycleId}.t1.${fingerprint(cycleId).slice(0, 12)}`,
    cycleId,
    purpose: 'decide',
    request: JSON.parse(JSON.stringify(call.request).replaceAll(nonces.was, nonces.is)) as unknown,
    reply: likeReply(call.reply, cycleId, decision),
    requestId: call.requestId === null ? null : likeId(call.requestId, cycleId),
    error: null,
  };
}

function likeReply(reply: unknown, cycleId: string, decision: Decision): unknown {
  const message = Object(reply) as Record<string, unknown>;
  const { content } = message;
  return {
    ...message,
    ...(typeof message['id'] === 'string' ? { id: likeId(message['id'], cycleId) } : {}),
    ...(Array.isArray(content) ? { content: content.flatMap((block) => likeBlock(block, decision)) } : {}),
  };
}

/** What it thought and what it asked for speak of something else. */
function likeBlock(block: unknown, decision: Decision): unknown[] {
  const { type } = Object(block) as { readonly type?: unknown };
  return type === 'text' ? [{ ...Object(block), text: JSON.stringify(decision) }] : [];
}

/** Of the same form: letters and digits after the first underscore are others. */
function likeId(id: string, seed: string): string {
  const from = id.indexOf('_') + 1;
  const letters = fingerprint([id, seed]);
  const others = id
    .slice(from)
    .replace(/[A-Za-z0-9]/g, (_, at: number) => letters.charAt(at % letters.length));
  return id.slice(0, from) + others;
}
