import { describe, expect, test } from '@jest/globals';
import { costOfCall, PRICE_DATE } from '../../src/reasoning/prices.js';

const usage = {
  inputTokens: 10_000,
  outputTokens: 1_000,
  cacheReadTokens: 20_000,
  cacheWriteTokens: 4_000,
};

describe('the cost of a call', () => {
  test('counts each kind of token at its own list price, with the date of the list', () => {
    const { usd, priceDate } = costOfCall('claude-sonnet-5-5', usage, {});

    expect(usd).toBeCloseTo(0.02 + 0.01 + 0.002 + 0.01, 10);
    expect(priceDate).toBe(PRICE_DATE);
  });

  test('of a dated snapshot is that of its model', () => {
    expect(costOfCall('claude-sonnet-5-5-20260901', usage, {})).toEqual(
      costOfCall('claude-sonnet-5-5', usage, {}),
    );
  });

  test('of a long prompt is at the long price where the model has one', () => {
    const long = { ...usage, inputTokens: 100_000 };

    expect(costOfCall('claude-haiku-5-5', long, {}).usd).toBeCloseTo(0.05 + 0.0025 + 0.001 + 0.0025, 10);
  });

  test('follows pm-agent.yaml where that names the model', () => {
    const own = { input: 1, output: 1, cacheRead: 1, cacheWrite: 1 };

    expect(costOfCall('claude-sonnet-5-5', usage, { 'claude-sonnet-5-5': own })).toEqual({
      usd: 0.035,
      priceDate: null,
    });
  });

  test('of a model without a price is zero and undated, so that it shows', () => {
    expect(costOfCall('somebody-elses', usage, {})).toEqual({ usd: 0, priceDate: null });
  });
});
