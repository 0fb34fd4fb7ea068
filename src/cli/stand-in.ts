/** Does a stand-in answer for Claude? Then no amount is money: whoever reads one is told so beside it. */
import { type ApiClient, member } from './api-client.js';
import { usd } from './table.js';

const NO_MONEY = 'a stand-in, not Claude: no money was spent';

/** As the API is configured now; false where it does not say. */
export async function isStandIn(client: Pick<ApiClient, 'ask'>): Promise<boolean> {
  const { body } = await client.ask('GET', '/');
  const sandboxed: unknown = member(body, 'sandboxed');
  return Array.isArray(sandboxed) && sandboxed.includes('claude');
}

/** `$0.0123`, or `$0.0123 (simulated)`. */
export function costOf(amount: number | null | undefined, standIn: boolean): string {
  return standIn ? `${usd(amount)} (simulated)` : usd(amount);
}

/** `text`, with what its amounts are. */
export function withNoMoney(text: string, standIn: boolean): string {
  return standIn ? `${text} (${NO_MONEY})` : text;
}
