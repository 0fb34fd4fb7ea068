/** What a model call costs: list prices of the API, dated, with the configuration's own on top. */
import { costOf, type ModelPrice, type ModelUsage } from '../domain/model-usage.js';

/** Day on which the table below was last compared with the vendor's price list. */
export const PRICE_DATE = '2026-10-24';

interface ListPrice extends ModelPrice {
  /** Holds for the whole call once its prompt (with what the cache gave) is longer. */
  readonly long?: { readonly overTokens: number; readonly price: ModelPrice };
}

/** USD per million tokens; cache writes as of the five-minute cache. A dated snapshot has its model's price. */
const LIST_PRICES: Readonly<Record<string, ListPrice>> = {
  'claude-opus-5-5': { input: 4, output: 20, cacheRead: 0.2, cacheWrite: 5 },
  'claude-sonnet-5-5': { input: 2, output: 10, cacheRead: 0.1, cacheWrite: 2.5 },
  'claude-haiku-5-5': {
    input: 0.1,
    output: 0.5,
    cacheRead: 0.01,
    cacheWrite: 0.125,
    long: { overTokens: 100_000, price: { input: 0.5, output: 2.5, cacheRead: 0.05, cacheWrite: 0.625 } },
  },
  'claude-opus-5': { input: 5, output: 25, cacheRead: 0.5, cacheWrite: 6.25 },
  'claude-sonnet-5': { input: 2, output: 10, cacheRead: 0.2, cacheWrite: 2.5 },
  'claude-haiku-4-5': { input: 1, output: 5, cacheRead: 0.1, cacheWrite: 1.25 },
};

export interface CallCost {
  readonly usd: number;
  /** Date of the list price; null where pm-agent.yaml set the price or where no price is known (then `usd` is 0). */
  readonly priceDate: string | null;
}

/** Cost of one call. `overrides` are pm-agent.yaml's `prices`; an unknown model costs 0 with no date, so that it shows. */
export function costOfCall(
  model: string,
  usage: ModelUsage,
  overrides: Readonly<Record<string, ModelPrice>>,
): CallCost {
  const own = overrides[model];
  if (own !== undefined) {
    return { usd: costOf(usage, own), priceDate: null };
  }
  const list = LIST_PRICES[model.replace(/-\d{8}$/, '')];
  if (list === undefined) {
    return { usd: 0, priceDate: null };
  }
  const prompt = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
  const price = list.long !== undefined && prompt > list.long.overTokens ? list.long.price : list;
  return { usd: costOf(usage, price), priceDate: PRICE_DATE };
}
