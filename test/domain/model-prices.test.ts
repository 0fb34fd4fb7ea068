import { describe, expect, test } from '@jest/globals';
import { costOfCall, PRICE_DATE } from '../../src/domain/model-prices.js';

const usage = {
  inputTokens: 10_000,
  outputTokens: 1_000,
  cacheReadTokens: 20_000,
  cacheWriteTokens: 4_000,
};

describe('the cost of a call', () => {
  test('counts each kind of token at its own list price, with the date of the list', () => {
    const { usd, priceDate } = costOfCall(['claude-sonnet-5-5'], usage, {});

    expect(usd).toBeCloseTo(0.02 + 0.01 + 0.002 + 0.01, 10);
    expect(priceDate).toBe(PRICE_DATE);
  });

  test('of a dated snapshot is that of its model', () => {
    expect(costOfCall(['claude-sonnet-5-5-20260901'], usage, {})).toEqual(
      costOfCall(['claude-sonnet-5-5'], usage, {}),
    );
  });

  test('of a long prompt is at the long price where the model has one', () => {
    const long = { ...usage, inputTokens: 100_000 };

    expect(costOfCall(['claude-haiku-5-5'], long, {}).usd).toBeCloseTo(0.05 + 0.0025 + 0.001 + 0.0025, 10);
  });

  test('follows pm-agent.yaml where that names the model', () => {
    const own = { input: 1, output: 1, cacheRead: 1, cacheWrite: 1 };

    expect(costOfCall(['claude-sonnet-5-5'], usage, { 'claude-sonnet-5-5': own })).toEqual({
      usd: 0.035,
      priceDate: null,
      isEstimate: false,
    });
  });

  test.each([
    ['a dated snapshot of what the file names', ['own-model-20260901', 'own-model']],
    ['a dated snapshot of what was asked for', ['own-model-20260901']],
    ["a gateway's name", ['anthropic/own-model']],
    ["a gateway's name for a snapshot", ['vendors/anthropic/own-model@20260901']],
    ['what was asked for, where the reply says something else', ['some-alias', 'own-model']],
  ])('follows pm-agent.yaml for %s', (_what, models) => {
    const own = { input: 7, output: 7, cacheRead: 7, cacheWrite: 7 };

    expect(costOfCall(models, usage, { 'own-model': own })).toMatchObject({ usd: 0.245, isEstimate: false });
  });

  test('follows pm-agent.yaml before the list, whichever name it is for', () => {
    const own = { input: 1, output: 1, cacheRead: 1, cacheWrite: 1 };

    expect(costOfCall(['claude-haiku-4-5-20251001'], usage, { 'claude-haiku-4-5': own }).usd).toBe(0.035);
  });

  test('of a model without a price is that of the dearest one, and an estimate: budgets hold', () => {
    const cost = costOfCall(['somebody-elses', 'toString'], usage, {});

    expect(cost).toEqual({
      usd: costOfCall(['claude-opus-5'], usage, {}).usd,
      priceDate: null,
      isEstimate: true,
    });
    expect(cost.usd).toBeGreaterThan(0);
  });
});
