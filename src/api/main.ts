/** The API process: opens its stores, starts the relay and listens. Only wiring lives here. */
import type { Client } from '@temporalio/client';
import { type ChainVerifier, createChainVerifier } from '../audit/chain-verifier.js';
import type { MirrorReader } from '../audit/mirror.js';
import { createMirrorReader } from '../audit/reader.js';
import type { Config } from '../config/config.js';
import { refuseOpenHost, serverUrl } from '../config/load.js';
import { startCheckpointer } from '../database/checkpointer.js';
import { openDatabase } from '../database/open.js';
import { startAfterRestore } from '../inbox/after-restore/after-restore.js';
import { createCyclesAtTemporal } from '../inbox/after-restore/cycles-at-temporal.js';
import { type FindIntake, startFindIntake } from '../inbox/find-intake.js';
import { type ClickQueue, startClickQueue } from '../inbox/people/click-queue.js';
import { startDecisionOutbox } from '../inbox/people/decision-outbox.js';
import { type Relay, startRelay } from '../inbox/relay/relay.js';
import { createCycleDescriber, createCycleStarter, createLazyClient } from '../inbox/relay/temporal.js';
import { startRetention } from '../inbox/retention/retention.js';
import { type InboxStore, openInbox } from '../inbox/store.js';
import type { Logger } from '../log.js';
import { createTokenReader, type TokenReader } from '../operators/token-reader.js';
import { createClickAnswerer } from './approval-clicks.js';
import { createClickTeller } from './click-notes.js';
import { createCycleLines } from './cycle-lines.js';
import { deliverDecision } from './decision-delivery.js';
import { createDecisions } from './decisions.js';
import type { ApiDeps } from './deps.js';
import { createFindJudge, toLostDelivery } from './find-delivery.js';
import { startHttpServer } from './http-server.js';
import { withInboxEnds } from './inbox-ends.js';
import { createLazySlack } from './lazy-slack.js';
import { type ApiMetrics, createMetrics } from './metrics/metrics.js';
import { askTemporal, createReadiness } from './readiness.js';
import { createServer } from './server.js';
import { createAdmission } from './webhooks/admission.js';
import { createOwnAccounts } from './webhooks/own-accounts.js';
import { createOwnEffects } from './webhooks/own-effects.js';

export interface RunningApi {
  /** As this machine reaches it. */
  readonly url: string;
  /** Stops accepting, lets what is under way end, closes the stores; within ten seconds. */
  close(): Promise<void>;
}

const READ_TIMEOUT_MS = 400;
const DECISIONS_COUNTED = 100;

/**
 * Starts the API. Temporal and the worker may be away: deliveries are stored and relayed later.
 * Throws `ConfigError` (port, host) or `DatabaseError` (a file that cannot be used), with nothing left running.
 */
export async function runApi(config: Config, log: Logger): Promise<RunningApi> {
  const tokens = openTokenReader(config, log);
  let relay: Relay | null = null;
  const metrics = createMetrics({
    version: config.version,
    mode: config.agentMode,
    relay: () => relay?.stats() ?? null,
    pendingDecisions: () => inbox.pendingDecisions(DECISIONS_COUNTED).length,
    vitals: (now) => mirror.vitals(now),
    clock: () => new Date(),
  });
  const inbox = openInbox({ file: config.inboxFile, log, commits: metrics.commits });
  const checkpointer = startCheckpointer(config.inboxFile, log);
  const mirror = openMirror(config, log);
  const chain = createChainVerifier(config.mirrorFile);
  const client = createLazyClient(config.temporal);
  const closeStores = async (): Promise<void> => {
    await client.connection.close();
    await chain.close();
    mirror.close();
    await checkpointer.stop();
    inbox.close();
    tokens.close();
  };
  const deps = createDeps({ config, log, inbox, mirror, chain, tokens, client, metrics });
  const server = await startHttpServer(createServer(deps), config.server, {
    onUnreadable: metrics.unreadable,
  }).catch(async (error: unknown) => {
    await closeStores();
    throw error;
  });
  const outbox = startDecisionOutbox({ inbox, apply: deps.decisions.apply, log });
  const finds = startFinds(deps);
  const clicks = startClicks(config, log, inbox, deps);
  const retention = startRetention({
    tables: inbox.tables,
    notesTakenOver: () => mirror.notesTakenOver(),
    retention: config.file.retention,
    log,
    clock: deps.clock,
  });
  const afterRestore = startAfterRestore({
    inbox,
    mirror,
    temporal: createCyclesAtTemporal({ client, taskQueue: config.temporal.taskQueue }),
    acceptAgain: async (event, lostEventId) => {
      const accepted = await inbox.accept(toLostDelivery(event, lostEventId, deps.clock()));
      return accepted.outcome === 'stored';
    },
    log,
    clock: deps.clock,
  });
  const started = startRelay({
    inbox,
    mirror,
    startCycle: createCycleStarter({ client, taskQueue: config.temporal.taskQueue, log }),
    describeCycle: createCycleDescriber(client),
    windowMs: config.coalesceWindowMs,
    approvalTimeoutMs: config.approvalTimeoutMs,
    maxCycles: config.relayMaxCycles,
    log,
    watch: createCycleLines(log, metrics.relay),
  });
  relay = started;
  const url = serverUrl(config.server.host, server.port);
  log.info({ url }, 'api ready');
  return {
    url,
    async close() {
      await server.close();
      await Promise.all([started, outbox, clicks, finds, retention, afterRestore].map((part) => part.stop()));
      deps.metrics.stop();
      await closeStores();
    },
  };
}

/** What the worker's sweep finds comes in by the same rules as what the vendors tell. */
function startFinds({ config, inbox, mirror, metrics, log, clock }: ApiDeps): FindIntake {
  const accounts = createOwnAccounts(mirror);
  return startFindIntake({
    inbox,
    findsAfter: (seq, limit) => mirror.findsAfter(seq, limit),
    judge: createFindJudge(createAdmission(config, accounts, createOwnEffects(mirror)), clock),
    taken: ({ event }, result) => metrics.found(event.source, result),
    log,
  });
}

/** Throws where others than this machine could reach the API and no token counts: nobody could be let in. */
function openTokenReader(config: Config, log: Logger): TokenReader {
  const open = (file: string) => openDatabase(file, { readonly: true, busyTimeoutMs: READ_TIMEOUT_MS, log });
  const tokens = createTokenReader({ file: config.operatorsFile, open });
  const { host, adminToken } = config.server;
  if (!tokens.hasActive(new Date()) && adminToken === null) {
    try {
      refuseOpenHost(host);
    } catch (error) {
      tokens.close();
      throw error;
    }
  }
  return tokens;
}

function openMirror(config: Config, log: Logger): MirrorReader {
  const open = (file: string) =>
    openDatabase(file, { readonly: true, busyTimeoutMs: READ_TIMEOUT_MS, log, setting: 'DATABASE_URL' });
  return createMirrorReader({ file: config.mirrorFile, open });
}

function createDeps(parts: {
  readonly config: Config;
  readonly log: Logger;
  readonly inbox: InboxStore;
  readonly mirror: MirrorReader;
  readonly chain: ChainVerifier;
  readonly tokens: TokenReader;
  readonly client: Client;
  readonly metrics: ApiMetrics;
}): ApiDeps {
  const { config, log, inbox, mirror, chain, tokens, client, metrics } = parts;
  const clock = (): Date => new Date();
  const now = (): number => clock().getTime();
  return {
    config,
    log,
    inbox,
    mirror,
    chain,
    tokens,
    tokenUses: inbox.tokenUses,
    sessions: inbox.sessions,
    clock,
    decisions: createDecisions({
      inbox,
      mirror: withInboxEnds(mirror, inbox),
      people: config.file.people,
      deliver: (decision) => deliverDecision(client, decision),
      clock,
    }),
    readiness: createReadiness({
      inbox,
      config,
      temporal: () => askTemporal(client.connection, config.temporal, now),
    }),
    metrics,
  };
}

/** Where nothing may be written to Slack, clicks count all the same; nobody is told there. */
function startClicks(config: Config, log: Logger, inbox: InboxStore, deps: ApiDeps): ClickQueue {
  const { baseUrl, botToken, acts } = config.slack;
  const slack = acts ? createLazySlack({ apiUrl: baseUrl, botToken }) : null;
  const answer = createClickAnswerer({
    decisions: deps.decisions,
    mirror: withInboxEnds(deps.mirror, inbox),
    people: config.file.people,
    slack,
    tell: createClickTeller({ slack, log }),
  });
  return startClickQueue({ clicks: inbox.clicks, answer, log, now: () => deps.clock().getTime() });
}
