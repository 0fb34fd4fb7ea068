/** One of the models that the settings name is not there: who hears of it, in which words, and when it is over. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openCircuits } from '../../src/audit/circuits.js';
import { callOf } from '../../src/integrations/claude/limits.js';
import { IntegrationError } from '../../src/integrations/integration-error.js';
import { createVendorTraffic, forgetOtherModels, type TrafficDeps } from '../../src/worker/vendor-traffic.js';
import { openTestMirror, type TestMirror } from '../audit/support.js';
import { eventually } from '../support/eventually.js';
import { quietLog } from '../support/quiet-log.js';

let world: TestMirror;
beforeEach(() => {
  world = openTestMirror();
});
afterEach(() => world.close());

const MODELS = { triage: 'small-1', normal: 'normal-1', hard: 'hard-9' };
const gone = new IntegrationError({
  service: 'claude',
  message: 'claude answered 404',
  status: 404,
  code: 'forbidden',
  retryable: false,
  refusesAll: true,
});

function depsOf(models = MODELS): TrafficDeps {
  const agentFile = () => ({ teams: [{ slackChannel: 'C0PAY', lead: null }], people: [] }) as never;
  return {
    config: { slack: { acts: true }, claude: { models } } as TrafficDeps['config'],
    agentFile,
    mirror: world.mirror,
    open: openCircuits(world.database),
    log: quietLog,
  };
}

async function ask(deps: TrafficDeps, model: string, times = 6): Promise<void> {
  const { claude } = createVendorTraffic(deps);
  await claude.pass(callOf({ model: 'other', messages: [] }), async () => 'answered');
  for (let n = 0; n < times; n += 1) {
    const call = callOf({ model, messages: [{ role: 'user', content: String(n) }] });
    await claude.pass(call, () => Promise.reject(gone)).catch(() => undefined);
  }
}

const alerts = () => world.mirror.circuits.due();
const targets = () => openCircuits(world.database).map(({ target }) => target);

test.each([
  ['hard-9', 'ANTHROPIC_MODEL_HARD', 'What needs it waits'],
  ['normal-1', 'ANTHROPIC_MODEL', 'What needs it waits'],
  ['small-1', 'ANTHROPIC_MODEL_TRIAGE', 'nothing waits'],
] as const)('%s: one alert names the setting %s', async (model, setting, what) => {
  await ask(depsOf(), model);

  await eventually(async () => expect(await alerts()).toHaveLength(1));
  const [alert] = await alerts();
  expect(alert).toMatchObject({ target: `claude:${model}`, place: 'C0PAY' });
  expect(alert?.text).toContain(`does not have the model \`${model}\``);
  expect(alert?.text).toContain(`Correct \`${setting}\`,`);
  expect(alert?.text).toContain(what);
  expect(targets()).toEqual([`claude:${model}`]);
});

test('one model in two settings is told of with both', async () => {
  await ask(depsOf({ ...MODELS, normal: 'hard-9' }), 'hard-9');

  await eventually(async () =>
    expect((await alerts())[0]?.text).toContain('Correct `ANTHROPIC_MODEL` and `ANTHROPIC_MODEL_HARD`'),
  );
});

test('a model that no setting names, of a trial run, is told to nobody', async () => {
  await ask(depsOf(), 'typed-by-hand');

  expect(await alerts()).toEqual([]);
  expect(targets()).toEqual([]);
});

test('is over for the worker that is started with another setting', async () => {
  await ask(depsOf(), 'hard-9');
  await eventually(async () => expect(targets()).toEqual(['claude:hard-9']));

  await forgetOtherModels(depsOf());
  expect(targets()).toEqual(['claude:hard-9']);
  await forgetOtherModels(depsOf({ ...MODELS, hard: 'hard-1' }));

  expect(targets()).toEqual([]);
  expect(await alerts()).toEqual([]);
});
