import { afterEach, describe, expect, test } from '@jest/globals';
import { EVENT_TEXT_LIMIT, type PmEvent } from '../../../src/domain/event.js';
import { commentEvent, cycleInput, planned } from '../../support/builders.js';
import { bo, jiraIssue, pullRequest, transitions } from '../support/vendor-data.js';
import { createWorld, type World, type WorldOptions } from '../support/world.js';
import { prComment, slackMessage } from './events.js';

let world: World;
afterEach(() => world.dispose());

const readable: WorldOptions = {
  jira: { getIssue: () => jiraIssue(), getTransitions: () => transitions, assignableUsers: () => [bo] },
  bitbucket: {
    getPullRequest: () => pullRequest(),
    getComments: () => [],
    getDiffstat: () => [],
    getCommitStatuses: () => [],
  },
  slack: { getThread: () => [] },
};

async function nothingToDo(event: PmEvent, older: readonly PmEvent[] = []): Promise<string | null> {
  const alsoAnswers = older.map((one) => ({ eventId: 'older', event: one }));
  return (await world.call('gatherContext', cycleInput({ event, alsoAnswers }))).nothingToDo;
}

const jira = (text: string) => commentEvent({ comment: { id: '1', text } });
const bitbucket = (text: string) => prComment({ comment: { id: '1', text } });

describe('a person who only quotes the agent is answered by nothing', () => {
  test.each<[string, PmEvent]>([
    ['on an issue', jira('> @PM Agent: PAY-1 is in progress.')],
    ['on a pull request', bitbucket('> PAY-1 is in progress.\n>\n> _ref pm-agent:0123456789ab_')],
    ['in Slack', slackMessage({ text: '&gt; <@UAGENT>: PAY-1 is in progress.' })],
    ['in Slack, up to the end', slackMessage({ text: '&gt;&gt;&gt; <@UAGENT> what is\nthe status?' })],
  ])('%s', async (_where, event) => {
    world = createWorld();

    expect(await nothingToDo(event)).toBe('it only quotes: nobody is asked anything');
  });
});

describe('a mention in a quote', () => {
  const quoting = slackMessage({ text: '&gt; <@UAGENT> what is the status?\nI asked that, too.' });

  test('beside words to others leaves nothing to do', async () => {
    world = createWorld();

    expect(await nothingToDo(quoting)).toContain('only quotes');
  });

  test('in a thread that the agent takes part in may be meant for it', async () => {
    world = createWorld(readable);
    const cycle = cycleInput({ cycleId: 'cycle-before' });
    const reply = planned(cycle.cycleId, 1, {
      kind: 'slack.message',
      payload: { channel: 'C0PAY', threadTs: quoting.threadTs, text: 'x' },
    });
    const step = { name: 'plan', attempt: 1, startedAt: cycle.receivedAt, detail: {} } as const;
    const result = { status: 'executed', remoteId: '1.9', message: 'done' } as const;
    await world.deps.mirror.startCycle(cycle, 'run-1');
    await world.deps.mirror.recordPlan({ cycleId: cycle.cycleId, step, actions: [reply] });
    await world.deps.mirror.recordResult({
      cycleId: cycle.cycleId,
      actionId: reply.actionId,
      result,
      step,
    });

    expect(await nothingToDo(quoting)).toBeNull();
  });

  test('and in the own words, too, is a mention', async () => {
    world = createWorld(readable);

    expect(await nothingToDo({ ...quoting, text: `${quoting.text}\n<@UAGENT> and?` })).toBeNull();
  });
});

describe('own words', () => {
  test.each<[string, PmEvent]>([
    ['below a quote on an issue', jira('> It is in progress.\n\n@PM Agent since when?')],
    ['below a quote on a pull request', bitbucket('> x\n@PM Agent since when?')],
    ['without a quote', jira('@PM Agent since when?')],
    ['that may follow where the text was cut', jira(`> ${'x'.repeat(EVENT_TEXT_LIMIT - 2)}`)],
    ['of no letter (a picture)', jira('')],
  ])('%s are for the model to judge', async (_what, event) => {
    world = createWorld(readable);

    expect(await nothingToDo(event)).toBeNull();
  });

  test('of another event that the same cycle answers count', async () => {
    world = createWorld(readable);

    expect(await nothingToDo(jira('> It is in progress.'), [jira('@PM Agent and?')])).toBeNull();
  });
});
