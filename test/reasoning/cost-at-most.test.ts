import { expect, test } from '@jest/globals';
import type { ModelRequest } from '../../src/integrations/claude/claude.js';
import { costAtMost } from '../../src/reasoning/cost-at-most.js';

const PRICES = { m: { input: 1, output: 0, cacheRead: 0, cacheWrite: 1_000_000 } };

/** A dollar a token: what is told is how many there can be. */
function tokensOf(text: string): number {
  const request: ModelRequest = {
    model: 'm',
    maxTokens: 1,
    system: text,
    messages: [],
    tools: [],
    replySchema: {},
  };
  return costAtMost(request, PRICES);
}

test.each([
  ['English', 'The provider answers late. ', 1 / 2],
  ['Chinese', '支付服务商响应缓慢', 1],
  ['Cyrillic', 'Провайдер отвечает', 1 / 2],
])('a text of %s has no more tokens than are reckoned with', (_script, words, tokensACharacter) => {
  const text = words.repeat(1_000);

  expect(tokensOf(text)).toBeGreaterThanOrEqual(text.length * tokensACharacter);
});

test('what the vendor counted stands in place of the reckoning', () => {
  expect(
    costAtMost(
      { model: 'm', maxTokens: 1, system: 'x'.repeat(1_000), messages: [], tools: [], replySchema: {} },
      PRICES,
      7,
    ),
  ).toBe(7);
});
