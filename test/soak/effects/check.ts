/** Exactly one write at the vendor for each effect, whatever was killed: counted in what the vendor received. */
import { EFFECT_KINDS } from './kinds.js';
import type { Effect } from './ledger.js';

export interface ReceivedCall {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  /** What was answered, or would have been where the answer was cut; null: not applied. */
  readonly status: number | null;
  /** Kind of the fault that hit it. */
  readonly fault: string | null;
  /** When it came, ISO 8601 UTC. */
  readonly at: string;
}

/** Faults that answer themselves: nothing was done, whatever the status says (Slack refuses with 200). */
const ANSWERS_ITSELF: readonly (string | null)[] = ['status', 'rate_limit'];

/** What has to be known of an effect to count it. */
export interface Counted extends Pick<Effect, 'kind' | 'place' | 'attempts'> {
  readonly ended: Pick<NonNullable<Effect['ended']>, 'status'> | null;
  readonly planned: { readonly actionId: string; readonly action: { readonly kind: string } };
}

/** What does not hold of what was made, in words. */
export async function brokenEffects(sandbox: string, effects: Iterable<Counted>): Promise<readonly string[]> {
  const writesOf = await receivedWrites(sandbox);
  return Array.from(effects).flatMap((effect) => problemsOf(effect, writesOf(effect).filter(isDone).length));
}

/** What does not hold of what was taken back, in words; each is the undo of an effect, by the id of what that made. */
export async function brokenUndos(
  sandbox: string,
  undos: Iterable<Effect & { readonly made: string | null }>,
): Promise<readonly string[]> {
  const calls = await receivedCalls(sandbox);
  return Array.from(undos).flatMap((undo) => {
    const writes = calls.filter((call) => isUndo(call, undo, undo.made ?? '') && isDone(call.call));
    return problemsOf({ ...undo, planned: { ...undo.planned, actionId: undo.undoId ?? '' } }, writes.length);
  });
}

function problemsOf({ planned, ended, attempts }: Counted, writes: number): readonly string[] {
  const name = `${planned.actionId} (${planned.action.kind}, ${attempts} attempts)`;
  return [
    ...(ended?.status === 'executed' ? [] : [`LOST: ${name} ended as ${JSON.stringify(ended)}`]),
    ...(writes > 1 ? [`TWICE: ${name} was written ${writes} times`] : []),
    ...(writes === 0 ? [`LOST: ${name} was never written`] : []),
  ];
}

/** What came to the vendors until now: answers the calls that are the write of an effect, oldest first. */
export async function receivedWrites(
  sandbox: string,
): Promise<(effect: Pick<Counted, 'kind' | 'place'>) => readonly ReceivedCall[]> {
  const calls = await receivedCalls(sandbox);
  return (effect) => {
    const kind = EFFECT_KINDS[effect.kind];
    return calls
      .filter((call) => isWrite(call, kind.write, kind.token(effect.place)) && !isUndo(call, effect, NOTHING))
      .map(({ call }) => call);
  };
}

/** No vendor's id. */
const NOTHING = '-';

interface Told {
  readonly call: ReceivedCall;
  /** `METHOD path` */
  readonly name: string;
  /** The same, a line break, the body. */
  readonly text: string;
}

async function receivedCalls(sandbox: string): Promise<readonly Told[]> {
  const answer = await fetch(`${sandbox}/_received`);
  const { items } = (await answer.json()) as { items: readonly ReceivedCall[] };
  return items
    .filter(({ method }) => method !== 'GET')
    .map((call) => {
      const name = `${call.method} ${call.path}`;
      return { call, name, text: `${name}\n${JSON.stringify(call.body)}` };
    });
}

function isWrite({ name, text }: Told, write: RegExp, token: string): boolean {
  return write.test(name) && new RegExp(`${token}(?![0-9A-Za-z])`).test(text);
}

/** @param made the vendor's id of what the effect made; `NOTHING` tells only what is taken back by another state */
function isUndo(told: Told, { kind, place }: Pick<Counted, 'kind' | 'place'>, made: string): boolean {
  const { undo } = EFFECT_KINDS[kind];
  return undo !== null && isWrite(told, undo.write, undo.token(place, made));
}

/** Was it carried out, whether or not its answer arrived? */
export function isDone({ status, fault }: ReceivedCall): boolean {
  return status !== null && status < 300 && !ANSWERS_ITSELF.includes(fault);
}
