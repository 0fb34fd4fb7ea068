/** The sandbox's stand-in for Claude reads what we really send, and we read what it really answers. */
import { afterEach, expect, test } from '@jest/globals';
import type { ModelRequest } from '../../src/integrations/claude/claude.js';
import { messageBody } from '../../src/integrations/claude/client.js';
import { readPrompt } from '../../src/sandbox/claude/prompt.js';
import { decide } from '../../src/sandbox/claude/rules/index.js';
import { commentEvent, cycleInput } from '../support/builders.js';
import { decided } from './support/decided.js';
import { modelReply } from './support/model-reply.js';
import { bo, jiraIssue, transitions } from './support/vendor-data.js';
import { createWorld, type World } from './support/world.js';

let world: World;
afterEach(() => world.dispose());

function standIn(request: ModelRequest) {
  const prompt = readPrompt(messageBody(request));
  const text = JSON.stringify(prompt === null ? 'no prompt' : decide(prompt));
  return modelReply({ text, model: request.model });
}

async function planFor(text: string) {
  world = createWorld({
    jira: { getIssue: () => jiraIssue(), getTransitions: () => transitions, assignableUsers: () => [bo] },
    claude: { createMessage: standIn },
    deps: { messageBody },
  });
  const cycle = cycleInput({ event: commentEvent({ comment: { id: '20001', text } }) });
  const { contextHash } = await world.call('gatherContext', cycle);
  const { decision, failure } = await decided(world, { cycle, contextHash });
  expect(failure).toBeNull();
  return world.call('planActions', { cycle, contextHash, decision });
}

test('a question to the agent ends in an automatic answer on the issue', async () => {
  const { actions } = await planFor('@PM Agent what is the status?');

  expect(actions).toMatchObject([
    { action: { kind: 'jira.comment', payload: { issueKey: 'PAY-1' } }, verdict: 'auto', refusal: null },
  ]);
  expect(JSON.stringify(actions)).toContain('In Progress');
});

test('a request to close the issue ends in a transition that waits for a person', async () => {
  const { actions } = await planFor('@PM Agent please close this');

  expect(actions).toMatchObject([
    {
      action: { kind: 'jira.transition', payload: { toStatus: 'Done' } },
      verdict: 'ask',
      risk: 'G3',
      refusal: null,
    },
  ]);
});

test('a comment among people ends in no action', async () => {
  const { actions } = await planFor('I will look at it tomorrow.');

  expect(actions).toEqual([]);
});
