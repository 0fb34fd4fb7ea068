import { log } from '@temporalio/activity';
import type { ModelRequest } from '../integrations/claude/claude.js';
import { costAtMost } from '../reasoning/cost-at-most.js';
import type { ActivityDeps } from './dependencies.js';
import type { Price } from './spending.js';

/** What a request can cost at the most. A count is always for the whole prompt, nothing of it cached. */
export function priceOf(
  { claude, prices }: Pick<ActivityDeps, 'claude' | 'prices'>,
  request: ModelRequest,
): Price {
  return {
    atMost: costAtMost(request, prices),
    counted: async () => {
      try {
        return costAtMost(request, prices, await claude.countTokens(request));
      } catch (error) {
        log.warn('the tokens of a call could not be counted: its size decides', { error });
        return null;
      }
    },
  };
}
