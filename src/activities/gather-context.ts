/** First step: what is this event about, as the vendors have it now? */
import type { Context } from '../domain/context.js';
import { type Critical, criticalOf } from '../domain/critical.js';
import { type CycleInput, eventsOf, type GatherResult } from '../domain/cycle.js';
import { mentionPattern } from '../domain/mention.js';
import { askedIn, decidingRulesOf, type Route, routeOf, spokenToIn } from '../domain/routing.js';
import { type DecidingRule, hardRuleOf } from '../domain/which-model.js';
import { isGone } from '../integrations/integration-error.js';
import { createAttend } from './attention/attention.js';
import type { StepActivities } from './contract.js';
import type { ActivityDeps } from './dependencies.js';
import { flagged } from './flagged.js';
import { addFoldedBuilds } from './gather/build.js';
import { createCollector } from './gather/collector.js';
import { addEarlier } from './gather/earlier.js';
import { type GatherSources, NO_FACTS, OutOfReach } from './gather/gatherer.js';
import { gatherEvent } from './gather/index.js';
import { subjectName, VENDOR_NAMES } from './gather/naming.js';
import { withPeopleOfThread } from './gather/people-of-thread.js';
import type { SlackNames } from './gather/slack-names.js';
import { createVendorPause } from './gather/vendor-pause.js';
import type { OwnAccounts } from './own-accounts.js';
import { beginStep, currentRunId } from './step.js';
import { storeContext } from './stored-context.js';
import { createRepositoriesOf, isNobodysPlace, mayReadProject } from './team.js';

/** Titles stand in Temporal's lists: long enough for a summary, short enough for a line. */
const TITLE_LIMIT = 200;

interface Reading {
  readonly context: Context;
  readonly title: string;
  readonly nothingToDo: string | null;
}

/**
 * Starts the cycle in the mirror and, where somebody has to be answered, reads the event's subject and what belongs to
 * it; stores that as one blob.
 * A subject that the vendor no longer knows is an answer (`nothingToDo`), not an error; bad credentials are an error.
 */
export function createGatherContext(
  deps: ActivityDeps,
  accounts: OwnAccounts,
  slackNames: SlackNames,
): StepActivities['gatherContext'] {
  const attend = createAttend(deps, accounts);
  const reading = readingParts(deps, accounts, slackNames);
  const attentionTo = async (input: CycleInput) =>
    input.event.type === 'issue_deleted'
      ? { nothingToDo: `${subjectName(input.event)} was deleted`, actions: [] }
      : attend(input);
  const mentionOf = async (cycle: CycleInput) =>
    mentionPattern([deps.agent.name], await accounts.of(cycle.event.source));
  return async (input) => {
    const step = beginStep('gather', deps.clock);
    await deps.mirror.startCycle(input, currentRunId());
    const { nothingToDo: unattended, actions } = await attentionTo(input);
    const {
      context: read,
      title,
      nothingToDo: pointless,
    } = await readUnlessPointless(reading, input, unattended);
    const mention = pointless === null ? await mentionOf(input) : null;
    const asked = mention === null ? null : askedIn(eventsOf(input), mention);
    const context = flagged(asked === null ? read : { ...read, asked }, input);
    const speaks = mention === null ? null : spokenToIn(eventsOf(input), mention);
    const { route, hard, critical, nothingToDo } = wayOf(deps, input, { context, mention, pointless });
    const contextHash = await storeContext(deps.mirror, context);
    const result: GatherResult = {
      contextHash,
      title: title.slice(0, TITLE_LIMIT),
      nothingToDo,
      ...(route?.to === 'triage' && critical === null ? { triage: true } : {}),
      ...(hard === null ? {} : { hard }),
      ...(critical === null ? {} : { critical }),
      ...(speaks === null ? {} : { asked: speaks }),
      ...(actions.length === 0 ? {} : { actions }),
    };
    await deps.mirror.recordGathered({
      cycleId: input.cycleId,
      step: step.record({
        ...detailOf(context, nothingToDo),
        ...(route === null ? {} : { route }),
        ...(hard === null ? {} : { hard }),
        ...(critical === null ? {} : { critical }),
      }),
      contextHash,
      title: result.title,
      nothingToDo,
      sources: context.items.map(({ id, source, hash }) => ({ id, source, hash })),
      flags: context.flags ?? [],
      round: input.round ?? 0,
    });
    return result;
  };
}

interface Way {
  readonly route: Route | null;
  readonly hard: DecidingRule | null;
  readonly critical: Critical | null;
  readonly nothingToDo: string | null;
}

/** What rules say of the event, by which a model is asked, or none. @param read `mention` is null where it is pointless */
function wayOf(
  { routing }: Pick<ActivityDeps, 'routing'>,
  cycle: CycleInput,
  {
    context,
    mention,
    pointless,
  }: Pick<Reading, 'context'> & { mention: string | null; pointless: string | null },
): Way {
  if (mention === null) {
    return { route: null, hard: null, critical: null, nothingToDo: pointless };
  }
  const routed = { events: eventsOf(cycle), context, mention, ...routing };
  const route = routeOf(routed);
  if (route.to === 'nobody') {
    const nothingToDo = `${route.why} (routine, by the rule "${route.rule}")`;
    return { route, hard: null, critical: null, nothingToDo };
  }
  const critical = criticalOf(routed);
  const hard = hardRuleOf(decidingRulesOf(routed, critical), routing);
  return { route, hard, critical, nothingToDo: pointless };
}

function detailOf({ items, omitted, reads, flags }: Context, nothingToDo: string | null) {
  return {
    items: items.length,
    omitted,
    nothingToDo,
    ...(reads === undefined ? {} : { reads }),
    ...(flags === undefined ? {} : { flags }),
  };
}

/** What outlives one event. */
interface ReadingParts extends Pick<GatherSources, 'repositoriesOf' | 'bitbucketPause'> {
  readonly deps: ActivityDeps;
  readonly accounts: OwnAccounts;
  readonly slackNames: SlackNames;
}

function readingParts(deps: ActivityDeps, accounts: OwnAccounts, slackNames: SlackNames): ReadingParts {
  return {
    deps,
    accounts,
    slackNames,
    repositoriesOf: createRepositoriesOf(deps),
    bitbucketPause: createVendorPause(deps.clock),
  };
}

async function readUnlessPointless(
  parts: ReadingParts,
  cycle: CycleInput,
  unattended: string | null,
): Promise<Reading> {
  const { event } = cycle;
  const name = subjectName(event);
  if (unattended !== null) {
    return nothing(name, unattended);
  }
  try {
    return await read(parts, cycle);
  } catch (error) {
    if (isGone(error)) {
      return nothing(name, `${name} is no longer known to ${VENDOR_NAMES[event.source]}`);
    }
    if (error instanceof OutOfReach) {
      return nothing(name, error.message);
    }
    throw error;
  }
}

async function read(
  { deps, accounts, slackNames, ...lasting }: ReadingParts,
  cycle: CycleInput,
): Promise<Reading> {
  const { event } = cycle;
  const readAt = deps.clock().toISOString();
  const collector = createCollector(readAt);
  const sources: GatherSources = {
    jira: deps.jira,
    issues: deps.issues,
    bitbucket: deps.bitbucket,
    slack: deps.slack,
    collector,
    mayRead: (projectKey, own) => mayReadProject(projectKey, eventsOf(cycle), own ?? null, deps),
    ...lasting,
  };
  const { facts, title } = await gatherEvent(event, sources);
  await addFoldedBuilds(cycle, sources);
  if (isNobodysPlace(eventsOf(cycle), deps)) {
    collector.leaveOut(
      'every ticket: no team owns this place, and whoever writes is in none of pm-agent.yaml',
    );
  }
  await addEarlier(deps, cycle, collector);
  const { items, omitted, reads } = collector;
  const named = await withPeopleOfThread(facts, items, eventsOf(cycle), {
    people: deps.people,
    names: slackNames,
    own: event.source === 'slack' ? (await accounts.of('slack')).map(({ id }) => id) : [],
  });
  const context = { facts: named, items, omitted, readAt, ...(reads.length === 0 ? {} : { reads }) };
  return { context, title, nothingToDo: null };
}

function nothing(title: string, why: string): Reading {
  return { context: { facts: NO_FACTS, items: [], omitted: [] }, title, nothingToDo: why };
}
