/** A question to the model as a comment on an issue asks it. */
import type { DecisionQuestion } from '../../src/reasoning/build-request.js';
import { promptFor } from '../../src/reasoning/prompts/index.js';
import { context } from '../activities/support/vendor-data.js';
import { commentEvent } from './builders.js';

export function decisionQuestion(overrides: Partial<DecisionQuestion> = {}): DecisionQuestion {
  return {
    model: 'claude-sonnet-5-5',
    maxTokens: 16_000,
    prompt: promptFor.comment_created,
    nonce: 'a1b2c3',
    maxActions: 3,
    agent: { name: 'PM Agent', language: 'de', channel: 'C0PAY', accounts: ['jira-agent'] },
    teamRules: 'Never comment on Fridays.',
    event: commentEvent(),
    alsoAnswers: [],
    isLate: false,
    context: context(),
    ...overrides,
  };
}
