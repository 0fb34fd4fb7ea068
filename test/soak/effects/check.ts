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
export interface Counted extends Pick<Effect, 'kind' | 'place' | 'attempts' | 'ended'> {
  readonly planned: { readonly actionId: string; readonly action: { readonly kind: string } };
}

/** What does not hold, in words. */
export async function brokenEffects(sandbox: string, effects: Iterable<Counted>): Promise<readonly string[]> {
  const writesOf = await receivedWrites(sandbox);
  return Array.from(effects).flatMap((effect) => problemsOf(effect, writesOf(effect).filter(isDone).length));
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
  const answer = await fetch(`${sandbox}/_received`);
  const { items } = (await answer.json()) as { items: readonly ReceivedCall[] };
  const calls = items
    .filter(({ method }) => method !== 'GET')
    .map((call) => ({ call, text: textOf(call), name: `${call.method} ${call.path}` }));
  return ({ kind: soaked, place }) => {
    const kind = EFFECT_KINDS[soaked];
    const whole = new RegExp(`${kind.token(place)}(?![0-9A-Za-z])`);
    return calls
      .filter(({ text, name }) => kind.write.test(name) && whole.test(text))
      .map(({ call }) => call);
  };
}

/** Was it carried out, whether or not its answer arrived? */
export function isDone({ status, fault }: ReceivedCall): boolean {
  return status !== null && status < 300 && !ANSWERS_ITSELF.includes(fault);
}

/** `METHOD path`, a line break, the body. */
function textOf({ method, path, body }: ReceivedCall): string {
  return `${method} ${path}\n${JSON.stringify(body)}`;
}
