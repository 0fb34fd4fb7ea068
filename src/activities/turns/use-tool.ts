/** One use of a tool: reads what the model asked for, within the trigger's own scope, and keeps the answer as a blob. */
import { log, Context as Running } from '@temporalio/activity';
import { canonicalJson } from '../../domain/canonical-json.js';
import { eventsOf } from '../../domain/cycle.js';
import type { ToolAnswer } from '../../domain/turn.js';
import { IntegrationError, isWait } from '../../integrations/integration-error.js';
import { type AskedTool, askedTools, storedReply } from '../../reasoning/read-reply.js';
import type { StepActivities, ToolInput } from '../contract.js';
import type { ActivityDeps } from '../dependencies.js';
import { createCollector } from '../gather/collector.js';
import type { GatherSources } from '../gather/gatherer.js';
import { createVendorPause } from '../gather/vendor-pause.js';
import { beginStep } from '../step.js';
import { loadContext } from '../stored-context.js';
import { readJson } from '../stored-json.js';
import { createRepositoriesOf, mayReadProject } from '../team.js';
import { runTool } from '../tools/index.js';
import { toolScopeOf } from '../tools/scope.js';

/** What a decision can do without is not waited for long. */
const TRIES = 3;

/** A refusal, a vendor's failure after some tries, and a vendor's pause are answers: the model goes on without. */
export function createUseTool(deps: ActivityDeps): StepActivities['useTool'] {
  const lasting = {
    repositoriesOf: createRepositoriesOf(deps),
    bitbucketPause: createVendorPause(deps.clock),
  };
  return async (input) => {
    const { cycle, call } = input;
    const step = beginStep('decide', deps.clock);
    const asked = await askedIn(deps, input);
    const answer = await answerTo(deps, lasting, input, asked);
    const hash = await deps.mirror.putBlob('tool', canonicalJson(answer));
    await deps.mirror.recordToolUse({
      cycleId: cycle.cycleId,
      step: step.record({
        tool: answer.tool,
        input: answer.input,
        items: answer.items.length,
        refused: answer.refused,
      }),
      place: call.place,
      tool: answer.tool,
      input: answer.input,
      answerHash: hash,
      refused: answer.refused,
      sources: answer.items.map(({ id, source, hash: itemHash }) => ({ id, source, hash: itemHash })),
    });
    return { index: call.index, hash };
  };
}

async function askedIn({ mirror }: ActivityDeps, { reply, call }: ToolInput): Promise<AskedTool | null> {
  const stored = storedReply(await readJson(mirror, reply));
  return askedTools(stored?.content ?? [])[call.index] ?? null;
}

async function answerTo(
  deps: ActivityDeps,
  lasting: Pick<GatherSources, 'repositoriesOf' | 'bitbucketPause'>,
  { cycle, contextHash, call }: ToolInput,
  asked: AskedTool | null,
): Promise<ToolAnswer> {
  const about = { tool: asked?.name ?? 'unknown', input: asked?.input ?? null };
  if (asked === null || Running.current().info.attempt > TRIES) {
    return refusing(about, 'it could not be read: no try came to its end');
  }
  const context = await loadContext(deps.mirror, contextHash);
  const scope = await toolScopeOf(deps, lasting.repositoriesOf, cycle, context);
  const collector = createCollector(deps.clock().toISOString());
  const sources: GatherSources = {
    ...lasting,
    jira: deps.jira,
    issues: deps.issues,
    bitbucket: deps.bitbucket,
    slack: deps.slack,
    collector,
    mayRead: (projectKey) =>
      mayReadProject(projectKey, eventsOf(cycle), context.facts.issue?.projectKey ?? null, deps),
  };
  try {
    const refused = await runTool(asked.name, asked.input, { deps, cycle, context, scope, sources });
    const items = collector.items.map((item) => ({ ...item, id: `${call.place}:${item.id}` }));
    return refused === null
      ? { ...about, items, omitted: collector.omitted, refused }
      : refusing(about, refused);
  } catch (error) {
    return refusing(about, whyNotRead(error));
  }
}

/** Throws where another try may help. */
function whyNotRead(error: unknown): string {
  if (!(error instanceof IntegrationError)) {
    throw error;
  }
  if (error.retryable && !isWait(error) && Running.current().info.attempt < TRIES) {
    throw error;
  }
  log.warn('a tool of the model could not read', { error });
  return `it could not be read: ${error.message}`;
}

function refusing(about: Pick<ToolAnswer, 'tool' | 'input'>, refused: string): ToolAnswer {
  return { ...about, items: [], omitted: [], refused };
}
