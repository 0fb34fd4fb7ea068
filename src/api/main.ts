/** The API process: opens its stores, starts the relay and listens. Only wiring lives here. */
import type { Client } from '@temporalio/client';
import { type ChainVerifier, createChainVerifier } from '../audit/chain-verifier.js';
import type { MirrorReader } from '../audit/mirror-reader.js';
import { createMirrorReader } from '../audit/reader.js';
import type { Config } from '../config/config.js';
import { type LiveFile, openLiveFile } from '../config/live-file.js';
import { refuseOpenHost, serverUrl } from '../config/load.js';
import { startCheckpointer } from '../database/checkpointer.js';
import { openDatabase } from '../database/open.js';
import { BUILT_IN_AUTONOMY } from '../domain/autonomy.js';
import { dayStart, isDayUsedUp } from '../domain/budget.js';
import type { Relay } from '../inbox/relay/relay.js';
import { createLazyClient } from '../inbox/relay/temporal.js';
import { type InboxStore, openInbox } from '../inbox/store.js';
import type { Logger } from '../log.js';
import { createTokenReader, type TokenReader } from '../operators/token-reader.js';
import { createAutonomy } from './autonomy.js';
import { orderAutonomy } from './autonomy-order.js';
import { startBackground } from './background.js';
import { deliverDecision } from './decision-delivery.js';
import { createDecisions } from './decisions.js';
import type { ApiDeps } from './deps.js';
import { startDrill } from './drill-start.js';
import { noteFileChange } from './file-change.js';
import { startHttpServer } from './http-server.js';
import { withInboxEnds } from './inbox-ends.js';
import { type ApiMetrics, createMetrics } from './metrics/metrics.js';
import { oversightReport } from './oversight.js';
import { createPausing } from './pausing.js';
import { askTemporal, createReadiness } from './readiness.js';
import { createServer } from './server.js';
import { createSettling } from './settling.js';
import { startTrial } from './trial-start.js';
import { createUndo } from './undo.js';
import { createRefuseUndo } from './undo-right.js';
import { startUndo } from './undo-start.js';

export interface RunningApi {
  /** As this machine reaches it. */
  readonly url: string;
  /** Stops accepting, lets what is under way end, closes the stores; within ten seconds. */
  close(): Promise<void>;
}

const READ_TIMEOUT_MS = 400;
const DECISIONS_COUNTED = 100;
const OVERSEEN_DAYS = 30;

/**
 * Starts the API. Temporal and the worker may be away: deliveries are stored and relayed later.
 * Throws `ConfigError` (port, host) or `DatabaseError` (a file that cannot be used), with nothing left running.
 */
export async function runApi(config: Config, log: Logger): Promise<RunningApi> {
  const tokens = openTokenReader(config, log);
  const liveFile = openLiveFile(config, log, (change) => noteFileChange(inbox, log, change));
  let relay: Relay | null = null;
  const metrics = createMetrics({
    version: config.version,
    mode: config.agentMode,
    relay: () => relay?.stats() ?? null,
    pendingDecisions: () => inbox.pendingDecisions(DECISIONS_COUNTED).length,
    isPaused: () => inbox.pauses.current() !== null,
    isFileRefused: () => liveFile.problems().length > 0,
    vitals: (now) => mirror.vitals(now),
    oversight: () =>
      oversightReport(mirror, OVERSEEN_DAYS, { now: new Date(), teams: liveFile.current().teams }).overall,
    budgets: {
      use: () => mirror.budgetUse(dayStart(new Date())),
      budgets: () => liveFile.current().budgets,
    },
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
  const deps = createDeps({ config, liveFile, log, inbox, mirror, chain, tokens, client, metrics });
  const server = await startHttpServer(createServer(deps), config.server, {
    onUnreadable: metrics.unreadable,
  }).catch(async (error: unknown) => {
    await closeStores();
    throw error;
  });
  const background = startBackground(deps, { inbox, client, liveFile });
  relay = background.relay;
  const url = serverUrl(config.server.host, server.port);
  log.info({ url }, 'api ready');
  return {
    url,
    async close() {
      await server.close();
      await background.stop();
      deps.metrics.stop();
      await closeStores();
    },
  };
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
  readonly liveFile: LiveFile;
  readonly log: Logger;
  readonly inbox: InboxStore;
  readonly mirror: MirrorReader;
  readonly chain: ChainVerifier;
  readonly tokens: TokenReader;
  readonly client: Client;
  readonly metrics: ApiMetrics;
}): ApiDeps {
  const { config, liveFile, log, inbox, mirror, chain, tokens, client, metrics } = parts;
  const clock = (): Date => new Date();
  const now = (): number => clock().getTime();
  return {
    config,
    agentFile: liveFile.current,
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
      people: () => liveFile.current().people,
      deliver: (decision) => deliverDecision(client, decision),
      clock,
      refused: metrics.decisionRefused,
    }),
    pausing: createPausing({ pauses: inbox.pauses, mirror, log, clock }),
    undo: createUndo({
      mirror,
      inbox,
      refuse: createRefuseUndo({ mirror, agentFile: liveFile.current }),
      start: (input) => startUndo(client, config.temporal.taskQueue, input),
      clock,
    }),
    settling: createSettling({ inbox, mirror, clock }),
    autonomy: createAutonomy({
      mirror,
      rules: () => liveFile.current().autonomy ?? BUILT_IN_AUTONOMY,
      order: (order) => orderAutonomy(client, config.temporal.taskQueue, order),
    }),
    startDrill: (input) => startDrill(client, config.temporal.taskQueue, input),
    startTrial: (input) => startTrial(client, config.temporal.taskQueue, input),
    readiness: createReadiness({
      inbox,
      config,
      temporal: () => askTemporal(client.connection, config.temporal, now),
      fileProblems: liveFile.problems,
      outages: () => mirror.vitals(clock().toISOString())?.outages.split(',') ?? [],
      isDayUsedUp: () => isDayUsedUp(mirror.budgetUse(dayStart(clock())), liveFile.current().budgets),
    }),
    metrics,
  };
}
