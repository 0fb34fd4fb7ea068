/** What a model call costs: list prices of the API, dated, with the configuration's own on top. */
import { costOf, type ModelPrice, type ModelUsage } from './model-usage.js';

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
  /** Date of the list price; null where pm-agent.yaml set the price, or where none is known. */
  readonly priceDate: string | null;
  /** No price is known: `usd` is that of the dearest model of the list, so that budgets still hold. */
  readonly isEstimate: boolean;
}

type Prices = Readonly<Record<string, ModelPrice>>;

/**
 * Cost of one call. `overrides` are pm-agent.yaml's `prices`. A reply may name its model otherwise than the request did (a
 * dated snapshot, a gateway's `anthropic/…`): the price is looked for under each name, the file's before the list's.
 * @param models as the reply names it, then as it was asked for
 */
export function costOfCall(models: readonly string[], usage: ModelUsage, overrides: Prices): CallCost {
  const own = find(models, overrides);
  if (own !== undefined) {
    return { usd: costOf(usage, own), priceDate: null, isEstimate: false };
  }
  const list = find(models, LIST_PRICES);
  if (list === undefined) {
    return { usd: dearest(usage), priceDate: null, isEstimate: true };
  }
  return { usd: costOf(usage, atLength(list, usage)), priceDate: PRICE_DATE, isEstimate: false };
}

/** Is there a price for this model, in pm-agent.yaml or in the list? */
export function hasPrice(model: string, overrides: Prices): boolean {
  return (find([model], overrides) ?? find([model], LIST_PRICES)) !== undefined;
}

function find<P extends ModelPrice>(
  models: readonly string[],
  prices: Readonly<Record<string, P>>,
): P | undefined {
  const name = models.flatMap(namesOf).find((one) => Object.hasOwn(prices, one));
  return name === undefined ? undefined : prices[name];
}

/** As it stands, without a gateway's prefix, and each without the date of a snapshot. */
function namesOf(model: string): readonly string[] {
  const bare = model.slice(model.lastIndexOf('/') + 1);
  return [model, bare].flatMap((name) => [name, name.replace(/[-@]\d{8}$/, '')]);
}

function dearest(usage: ModelUsage): number {
  return Math.max(...Object.values(LIST_PRICES).map((price) => costOf(usage, atLength(price, usage))));
}

function atLength(
  list: ListPrice,
  { inputTokens, cacheReadTokens, cacheWriteTokens }: ModelUsage,
): ModelPrice {
  const prompt = inputTokens + cacheReadTokens + cacheWriteTokens;
  return list.long !== undefined && prompt > list.long.overTokens ? list.long.price : list;
}
