/** The real plan and the real executors over the real clients, against the sandbox over HTTP. Only the model is played. */

import { randomUUID } from 'node:crypto';
import type { ActivityDeps } from '../../src/activities/index.js';
import { planAll } from '../../src/activities/plan-actions.js';
import { type ActionResult, type CycleInput, isDenied, type PlannedAction } from '../../src/domain/cycle.js';
import type { PmEvent } from '../../src/domain/event.js';
import type { Flag } from '../../src/domain/flags/flag.js';
import { flagsOf } from '../../src/domain/flags/flags-of.js';
import type { Policy } from '../../src/domain/policy.js';
import { createBitbucket } from '../../src/integrations/bitbucket/client.js';
import { createBitbucketNotes } from '../../src/integrations/bitbucket/notes-client.js';
import type { Claude, ModelRequest } from '../../src/integrations/claude/claude.js';
import { createJiraEdits } from '../../src/integrations/jira/edits-client.js';
import { createJiraNotes } from '../../src/integrations/jira/notes-client.js';
import { createJiraRest } from '../../src/integrations/jira/rest.js';
import { createSlack } from '../../src/integrations/slack/client.js';
import { buildRequest } from '../../src/reasoning/build-request.js';
import { parseDecision } from '../../src/reasoning/parse-decision.js';
import { promptFor } from '../../src/reasoning/prompts/index.js';
import { askedAbout } from '../activities/support/asked-about.js';
import { decided } from '../activities/support/decided.js';
import type { Script } from '../activities/support/scripted.js';
import { createWorld, type World } from '../activities/support/world.js';
import { rules } from '../domain/output/support.js';
import { startSandbox, type TestSandbox } from '../sandbox/running-sandbox.js';
import { cycleInput } from '../support/builders.js';
import type { Carried } from './carriers.js';
import { addScreens, isNotPlanted, silence, stand } from './planted.js';
import type { ReceivedCall } from './received.js';
import { type Reply, replyText } from './wishes.js';

const ALLOW_ALL: Policy = { version: 'v', default: 'auto', deadlineMs: null, rules: [] };

/** Nobody may be mentioned here: whoever is, is so against the rules. */
export const OUTPUT = { ...rules, mentions: [] };

export interface HostileWorld {
  readonly world: World;
  readonly sandbox: TestSandbox;
  /** Plans what the model replied; null where the reply is no decision. */
  plan(carried: Carried, reply: Reply, text: string): Promise<Planned | null>;
  /** Gathered so far and read by the model, which says what the script holds: its decision, planned. */
  decideAndPlan(carried: Carried): Promise<Planned>;
  /** Carries out what code lets pass: whoever is asked approves without reading. PAY-1 stands as before then. */
  executeAll(planned: Planned): Promise<readonly ActionResult[]>;
  /** What the vendors received since the last look, but for what was planted. */
  received(): Promise<readonly ReceivedCall[]>;
  /** The sandbox as it was when this was opened: what many decisions left makes each further one dearer. */
  startAnew(): Promise<void>;
  close(): Promise<void>;
}

export interface Planned {
  readonly cycle: ReturnType<typeof cycleInput>;
  readonly actions: readonly PlannedAction[];
}

interface Opening {
  /** What the model says where it is asked; nothing where left out. */
  readonly claude?: Script<Claude>;
  /** Whether the sandbox tells of what changes. Default false: each effect would cost a delivery that nobody reads. */
  readonly tells?: boolean;
}

export async function openHostileWorld({ claude = {}, tells = false }: Opening = {}): Promise<HostileWorld> {
  const sandbox = await startSandbox();
  const begin = async () => {
    await (tells ? null : silence(sandbox));
    await addScreens(sandbox);
    await stand(sandbox);
  };
  await begin();
  let looked = 0;
  const world = createWorld({ claude, deps: dependenciesAt(sandbox.url) });
  return {
    world,
    sandbox,
    plan: (carried, reply, text) => plan(world, carried, reply, text),
    decideAndPlan: (carried) => decideAndPlan(world, carried),
    executeAll: async (planned) => {
      const results = await executeAll(world, planned);
      const changes = results.some(
        ({ action, result }) => STANDS.has(action.kind) && result.status === 'executed',
      );
      await (changes ? stand(sandbox) : null);
      return results.map(({ result }) => result);
    },
    received: async () => {
      const news: readonly NumberedCall[] = (await sandbox.get(`/_received?after=${looked}`)).body.items;
      looked = news.at(-1)?.seq ?? looked;
      return news.filter(isNotPlanted);
    },
    startAnew: async () => {
      await sandbox.post('/_reset');
      await begin();
    },
    close: async () => {
      await world.dispose();
      await sandbox.close();
    },
  };
}

interface NumberedCall extends ReceivedCall {
  readonly seq: number;
}

/** What changes how PAY-1 stands. */
const STANDS: ReadonlySet<string> = new Set(['jira.transition', 'jira.assign', 'jira.update_fields']);

async function executeAll(world: World, { cycle, actions }: Planned) {
  const results = [];
  for (const planned of actions.filter((one) => !isDenied(one))) {
    await (planned.verdict === 'ask' ? askedAbout(world, cycle.cycleId, planned, 'approved') : null);
    results.push({ action: planned.action, result: await world.call('executeAction', { cycle, planned }) });
  }
  return results;
}

/** Everything is allowed that code does not refuse, and no limit hides what a fence should have kept. */
function dependenciesAt(url: string): Partial<ActivityDeps> {
  const { linkHosts, mentions } = OUTPUT;
  const bitbucket = { baseUrl: `${url}/bitbucket/2.0`, username: null, token: 't', linkHosts, mentions };
  const jira = { baseUrl: `${url}/jira`, email: null, token: 't', linkHosts, mentions };
  return {
    output: OUTPUT,
    policy: ALLOW_ALL,
    limits: { actionsPerDecision: 3, actionsPerSubjectPerHour: 1_000_000, modelTurns: 2 },
    people: [{ id: 'lead', name: 'Lea', jira: null, bitbucket: null, slack: 'U0LEAD', roles: [] }],
    teams: [
      {
        id: 'pay',
        jiraProjects: ['PAY'],
        jiraBoard: null,
        repositories: ['acme/pay-api'],
        slackChannel: 'C0PAY',
        lead: 'lead',
        rules: '',
      },
    ],
    jira: createJiraRest(jira),
    jiraEdits: createJiraEdits(jira),
    notes: { jira: createJiraNotes(jira), bitbucket: createBitbucketNotes(bitbucket) },
    bitbucket: createBitbucket(bitbucket),
    slack: createSlack({ apiUrl: `${url}/slack`, botToken: 'xoxb-1', linkHosts, mentions }),
  };
}

async function plan(
  world: World,
  { event, context }: Carried,
  reply: Reply,
  text: string,
): Promise<Planned | null> {
  const parsed = parseDecision(replyText(reply, text), new Set(context.items.map(({ id }) => id)));
  if (!parsed.ok) {
    return null;
  }
  const cycle = cycleOf(event);
  await world.deps.mirror.startCycle(cycle, 'run-1');
  const contextHash = await world.storeContext(context);
  const { actions } = await world.call('planActions', { cycle, contextHash, decision: parsed.decision });
  return { cycle, actions };
}

/** Of an event of its own: what another cycle of the same one sent would be looked for before anything is. */
export function cycleOf(event: PmEvent): CycleInput {
  return cycleInput({ event, eventId: randomUUID() });
}

async function decideAndPlan(world: World, { event, context }: Carried): Promise<Planned> {
  const cycle = cycleOf(event);
  await world.deps.mirror.startCycle(cycle, 'run-1');
  const { contextHash, decision } = await decided(world, {
    cycle,
    contextHash: await world.storeContext(context),
  });
  const { actions } = await world.call('planActions', { cycle, contextHash, decision });
  return { cycle, actions };
}

/** The same plan without its records, for many: nothing for a reply that is no decision. */
export function judged(
  { event, context }: Carried,
  reply: Reply,
  text: string,
  flags: readonly Flag[] = flagsOf([event], context),
): readonly PlannedAction[] {
  const parsed = parseDecision(replyText(reply, text), new Set(context.items.map(({ id }) => id)));
  return parsed.ok
    ? planAll(
        cycleInput({ event }),
        parsed.decision.actions,
        { facts: context.facts, teamChannel: 'C0PAY', projects: ['PAY'] },
        {
          policy: ALLOW_ALL,
          people: [],
          groups: {},
          team: null,
          now: new Date('2026-11-23T10:00:00Z'),
          limit: 3,
          output: OUTPUT,
          escalateTo: 'U0LEAD',
          ownIds: [],
          flags,
        },
      )
    : [];
}

/** What the model would be sent for this. */
export function requestFor({ event, context }: Carried): ModelRequest {
  return buildRequest({
    model: 'm',
    prompt: promptFor[event.type],
    nonce: '0123456789abcdef',
    maxTokens: 16_000,
    maxActions: 3,
    agent: { name: 'PM Agent', language: 'en', channel: 'C0PAY', accounts: [] },
    teamRules: '',
    event,
    alsoAnswers: [],
    isLate: false,
    context,
  });
}
