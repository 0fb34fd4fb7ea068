/** What goes on in the API process beside requests: it begins once the server listens. */
import type { Client } from '@temporalio/client';
import { type LiveFile, watchLiveFile } from '../config/live-file.js';
import { outputRulesOf } from '../config/output-rules.js';
import { startAfterRestore } from '../inbox/after-restore/after-restore.js';
import { createCyclesAtTemporal } from '../inbox/after-restore/cycles-at-temporal.js';
import { type FindIntake, startFindIntake } from '../inbox/find-intake.js';
import { type ClickQueue, startClickQueue } from '../inbox/people/click-queue.js';
import { startDecisionOutbox } from '../inbox/people/decision-outbox.js';
import { startRefusalHours } from '../inbox/people/refusal-hours.js';
import { type Relay, startRelay } from '../inbox/relay/relay.js';
import { createCycleDescriber, createCycleStarter } from '../inbox/relay/temporal.js';
import { createUndoSweeper } from '../inbox/relay/undo-sweeper.js';
import { startRetention } from '../inbox/retention/retention.js';
import type { InboxStore } from '../inbox/store.js';
import { admissionOf } from './admission.js';
import { createClickAnswerer } from './approval-clicks.js';
import { createClickNotes, createClickTeller } from './click-notes.js';
import { createCycleLines } from './cycle-lines.js';
import type { ApiDeps } from './deps.js';
import { createFindJudge, toLostDelivery } from './find-delivery.js';
import { withInboxEnds } from './inbox-ends.js';
import { createLazySlack } from './lazy-slack.js';
import { actsOf } from './names.js';
import { createUndoClickAnswerer } from './undo-clicks.js';
import { beginUndo } from './undo-start.js';

export interface BackgroundParts {
  readonly inbox: InboxStore;
  readonly client: Client;
  readonly liveFile: LiveFile;
}

export interface Background {
  readonly relay: Relay;
  /** Ends after what is under way. */
  stop(): Promise<void>;
}

export function startBackground(deps: ApiDeps, { inbox, client, liveFile }: BackgroundParts): Background {
  const { agentFile, mirror, log, clock } = deps;
  const relay = startCycles(deps, inbox, client);
  const others = [
    startDecisionOutbox({ inbox, apply: deps.decisions.apply, log }),
    startFinds(deps),
    startClicks(deps, inbox),
    startRetention({
      tables: inbox.tables,
      notesTakenOver: () => mirror.notesTakenOver(),
      retention: () => agentFile().retention,
      log,
      clock,
    }),
    startSettling(deps, inbox, client),
    watchLiveFile(liveFile),
    startRefusalHours({ inbox, log, clock }),
  ];
  return {
    relay,
    stop: async () => {
      await Promise.all([relay, ...others].map((part) => part.stop()));
    },
  };
}

function startCycles({ config, mirror, log, metrics }: ApiDeps, inbox: InboxStore, client: Client): Relay {
  const { taskQueue } = config.temporal;
  const describe = createCycleDescriber(client);
  return startRelay({
    inbox,
    mirror,
    startCycle: createCycleStarter({ client, taskQueue, log }),
    describeCycle: describe,
    sweepUndos: createUndoSweeper({
      mirror,
      describe,
      begin: (input) => beginUndo(client, taskQueue, input),
      log,
    }),
    windowMs: config.coalesceWindowMs,
    approvalTimeoutMs: config.approvalTimeoutMs,
    maxCycles: config.relayMaxCycles,
    log,
    watch: createCycleLines(log, metrics.relay),
  });
}

/** After a restore: what Temporal still has and the inbox does not. */
function startSettling(
  { config, mirror, log, clock }: ApiDeps,
  inbox: InboxStore,
  client: Client,
): ReturnType<typeof startAfterRestore> {
  return startAfterRestore({
    inbox,
    mirror,
    temporal: createCyclesAtTemporal({ client, taskQueue: config.temporal.taskQueue }),
    acceptAgain: async (event, lostEventId) => {
      const accepted = await inbox.accept(toLostDelivery(event, lostEventId, clock()));
      return accepted.outcome === 'stored';
    },
    log,
    clock,
  });
}

/** What the worker's sweep finds comes in by the same rules as what the vendors tell. */
function startFinds(deps: ApiDeps): FindIntake {
  const { inbox, mirror, metrics, log, clock } = deps;
  return startFindIntake({
    inbox,
    findsAfter: (seq, limit) => mirror.findsAfter(seq, limit),
    judge: createFindJudge(admissionOf(deps), clock),
    taken: ({ event }, result) => metrics.found(event.source, result),
    log,
  });
}

/** Where nothing may be written to Slack, clicks count all the same; nobody is told there. */
function startClicks(deps: ApiDeps, inbox: InboxStore): ClickQueue {
  const { config, log } = deps;
  const { baseUrl, botToken, acts, privateHosts } = config.slack;
  const slack = acts ? createLazySlack({ apiUrl: baseUrl, botToken, privateHosts }) : null;
  const telling = {
    settings: () => {
      const file = deps.agentFile();
      return { people: file.people, notes: createClickNotes(outputRulesOf(config, file)) };
    },
    tell: createClickTeller({ slack, log }),
  };
  const answer = createClickAnswerer(
    {
      ...telling,
      acts: actsOf(deps.config),
      decisions: deps.decisions,
      mirror: withInboxEnds(deps.mirror, inbox),
      slack,
      clock: deps.clock,
    },
    createUndoClickAnswerer({ ...telling, undo: deps.undo }),
  );
  return startClickQueue({ clicks: inbox.clicks, answer, log, now: () => deps.clock().getTime() });
}
