/** Exactly one write at the vendor for each effect, whatever was killed: counted in what the vendor received. */
import { EFFECT_KINDS } from './kinds.js';
import type { Effect } from './ledger.js';

interface ReceivedCall {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  /** What was answered, or would have been where the answer was cut; null: not applied. */
  readonly status: number | null;
}

/** What does not hold, in words. */
export async function brokenEffects(sandbox: string, effects: Iterable<Effect>): Promise<readonly string[]> {
  const calls = await appliedCalls(sandbox);
  return Array.from(effects).flatMap((effect) => problemsOf(effect, writesOf(effect, calls)));
}

function problemsOf({ planned, ended, attempts }: Effect, writes: number): readonly string[] {
  const name = `${planned.actionId} (${planned.action.kind}, ${attempts} attempts)`;
  return [
    ...(ended?.status === 'executed' ? [] : [`LOST: ${name} ended as ${JSON.stringify(ended)}`]),
    ...(writes > 1 ? [`TWICE: ${name} was written ${writes} times`] : []),
    ...(writes === 0 ? [`LOST: ${name} was never written`] : []),
  ];
}

function writesOf({ kind: soaked, place }: Effect, calls: readonly string[]): number {
  const kind = EFFECT_KINDS[soaked];
  const whole = new RegExp(`${kind.token(place)}(?![0-9A-Za-z])`);
  return calls.filter((call) => kind.write.test(call.split('\n', 1)[0] ?? '') && whole.test(call)).length;
}

/** `METHOD path`, a line break, the body. */
async function appliedCalls(sandbox: string): Promise<readonly string[]> {
  const answer = await fetch(`${sandbox}/_received`);
  const { items } = (await answer.json()) as { items: readonly ReceivedCall[] };
  return items
    .filter(({ method, status }) => method !== 'GET' && status !== null && status < 300)
    .map(({ method, path, body }) => `${method} ${path}\n${JSON.stringify(body)}`);
}
