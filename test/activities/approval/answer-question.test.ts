/** What the model is asked when somebody who has to decide asks first, and what becomes of its reply. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { StepActivities } from '../../../src/activities/contract.js';
import { comment, cycleInput, planned, transition } from '../../support/builders.js';
import { modelReply } from '../support/model-reply.js';
import { context, vendorError } from '../support/vendor-data.js';
import { createWorld, type World, type WorldOptions } from '../support/world.js';

type StepInput<K extends keyof StepActivities> = Parameters<StepActivities[K]>[0];

let world: World;
afterEach(() => world.dispose());

const decision = {
  summary: 'Because Ana asked for it.',
  reasons: [{ text: 'Her comment says so.', evidence: ['issue'] }],
  actions: [],
  uncertainty: null,
  wouldChange: null,
};

async function answerTo(question: string, text: string, deps: WorldOptions['deps'] = {}) {
  world = createWorld({ deps, claude: { createMessage: [modelReply({ text })] } });
  const cycle = cycleInput();
  await world.deps.mirror.startCycle(cycle, 'run-1');
  const contextHash = await world.storeContext(context());
  const answer = await world.call('answerQuestion', {
    cycle,
    contextHash,
    planned: planned(cycle.cycleId, 1, transition),
    question,
    questionId: 'ap-1.q1',
  });
  return { cycle, answer };
}

test('is its summary and reasons; question and proposal stand in what is sent, and the call in the ledger', async () => {
  const { cycle, answer } = await answerTo('Who asked for this?', JSON.stringify(decision));

  expect(answer).toBe('Because Ana asked for it.\nHer comment says so.');
  const sent = JSON.stringify(world.claude.received[0]?.args[0]);
  // Nobody reads more for it: a wish to do so would be no answer.
  expect(world.claude.received[0]?.args[0]).toMatchObject({ toolChoice: 'none' });
  expect(sent).toContain('Who asked for this?');
  expect(sent).toContain('In Review');
  expect(world.reader.getCycle(cycle.cycleId)?.modelCalls).toMatchObject([
    { id: expect.stringMatching(/^ap-1\.q1\.[0-9a-f]{12}$/), purpose: 'answer', error: null },
  ]);
});

test('proposes nothing: actions in a reply are neither planned nor told', async () => {
  const actions = [{ kind: 'jira.transition', payload: { issueKey: 'PAY-1', toStatus: 'Done' } }];
  const { cycle, answer } = await answerTo('Why?', JSON.stringify({ ...decision, actions }));

  expect(answer).toBe('Because Ana asked for it.\nHer comment says so.');
  expect(world.reader.getCycle(cycle.cycleId)?.actions).toEqual([]);
});

test('is a sentence that helps where the reply cannot be read', async () => {
  const { answer } = await answerTo('Why?', 'no JSON at all');

  expect(answer).toBe('The model gave no answer that can be read; decide without, or ask again.');
});

test('a model that answers what is no message is asked once more, and then the question ends', async () => {
  const error = vendorError('bad_reply', { service: 'claude', status: 200, retryable: true });
  world = createWorld({ claude: { createMessage: [error, error] } });
  const cycle = cycleInput();
  await world.deps.mirror.startCycle(cycle, 'run-1');
  const contextHash = await world.storeContext(context());
  const asking = (attempt: number) =>
    world.call(
      'answerQuestion',
      {
        cycle,
        contextHash,
        planned: planned(cycle.cycleId, 1, transition),
        question: 'Why?',
        questionId: 'ap-1.q1',
      },
      { attempt },
    );

  await expect(asking(1)).rejects.toMatchObject({ nonRetryable: false });
  await expect(asking(2)).rejects.toMatchObject({ nonRetryable: true });
});

test('over budget the model is not asked, and whoever decides hears which budget it was', async () => {
  const budgets = { perEvent: 0, perSubjectPerDay: 100, perProjectPerDay: 100, perDay: 100 };
  const { answer } = await answerTo('Why?', JSON.stringify(decision), { budgets });

  expect(answer).toMatch(/^The model was not asked: .*perEvent/);
  expect(world.claude.received.map(({ method }) => method)).not.toContain('createMessage');
});

test('leaves like every text: nothing in it is hidden or leads elsewhere', async () => {
  const summary = 'See [this\u200b](https://evil.example/x).';
  const { answer } = await answerTo('Why?', JSON.stringify({ ...decision, summary }));

  expect(answer).toContain('hxxps://evil[.]example/x');
  expect(answer).not.toContain('\u200b');
});

describe('an answer that was paid', () => {
  async function twice(change: (asked: StepInput<'answerQuestion'>) => StepInput<'answerQuestion'>) {
    world = createWorld({
      claude: { createMessage: () => modelReply({ text: JSON.stringify(decision) }) },
    });
    const cycle = cycleInput();
    await world.deps.mirror.startCycle(cycle, 'run-1');
    const asked = {
      cycle,
      contextHash: await world.storeContext(context()),
      planned: planned(cycle.cycleId, 1, transition),
      question: 'Why?',
      questionId: 'ap-1.q1',
    };
    // The worker dies between the record of the reply and the completion of the activity.
    const first = await world.call('answerQuestion', asked);
    const second = await world.call('answerQuestion', change(asked), { attempt: 2 });
    return { first, second, calls: world.reader.getCycle(cycle.cycleId)?.modelCalls ?? [] };
  }

  test('is taken from the ledger by the next try', async () => {
    const { first, second, calls } = await twice((asked) => asked);

    expect(second).toBe(first);
    expect(world.claude.calls()).toHaveLength(1);
    expect(calls).toMatchObject([{ purpose: 'answer', error: null }]);
  });

  test.each<[string, Partial<StepInput<'answerQuestion'>>]>([
    ['question', { question: 'Who?' }],
    ['proposal', { planned: planned('cycle-jira-1', 1, comment) }],
  ])('is none to another %s of the same number, as after a reset', async (_what, other) => {
    await twice((asked) => ({ ...asked, ...other }));

    expect(world.claude.calls()).toHaveLength(2);
  });
});
