/** The API on a real socket over a real inbox and a real mirror, in a folder of its own. Only Temporal is a double. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AutonomyParts, createAutonomy } from '../../../src/api/autonomy.js';
import type { DeliveredDecision } from '../../../src/api/decision-delivery.js';
import { createDecisions, type Decisions } from '../../../src/api/decisions.js';
import type { ApiDeps } from '../../../src/api/deps.js';
import { startHttpServer } from '../../../src/api/http-server.js';
import { type ApiMetrics, createMetrics } from '../../../src/api/metrics/metrics.js';
import { oversightReport } from '../../../src/api/oversight.js';
import { createPausing } from '../../../src/api/pausing.js';
import type { Checks, Readiness } from '../../../src/api/readiness.js';
import { createServer } from '../../../src/api/server.js';
import { createSettling } from '../../../src/api/settling.js';
import { createUndo, type Undo, type UndoDeps } from '../../../src/api/undo.js';
import { createRefuseUndo } from '../../../src/api/undo-right.js';
import { createChainVerifier } from '../../../src/audit/chain-verifier.js';
import type { Mirror } from '../../../src/audit/mirror.js';
import type { MirrorReader } from '../../../src/audit/mirror-reader.js';
import { createMirrorReader } from '../../../src/audit/reader.js';
import { createMirror } from '../../../src/audit/writer.js';
import type { Config } from '../../../src/config/config.js';
import { openDatabase } from '../../../src/database/open.js';
import { BUILT_IN_AUTONOMY } from '../../../src/domain/autonomy.js';
import { dayStart } from '../../../src/domain/budget.js';
import type { OutboxDecision } from '../../../src/domain/outbox-decision.js';
import type { RelayStats } from '../../../src/inbox/relay/relay.js';
import { type InboxStore, openInbox } from '../../../src/inbox/store.js';
import { createTokenReader } from '../../../src/operators/token-reader.js';
import { openMirrorFile } from '../../support/mirror-file.js';
import { quietLog } from '../../support/quiet-log.js';
import { type ConfigOverrides, testConfig } from './config.js';

export const ALL_OK: Checks = {
  database: 'ok',
  configuration: 'ok',
  budget: 'ok',
  temporal: 'ok',
  worker: 'ok',
  jira: 'ok',
  bitbucket: 'ok',
  slack: 'ok',
  claude: 'ok',
};

export interface TestApi {
  readonly url: string;
  readonly port: number;
  readonly config: Config;
  readonly inbox: InboxStore;
  readonly reader: MirrorReader;
  readonly mirror: Mirror;
  readonly undo: Undo;
  readonly decisions: Decisions;
  readonly metrics: ApiMetrics;
  /** Decisions that reached "Temporal", in order. */
  readonly delivered: OutboxDecision[];
  /** What "Temporal" answers next, oldest first; it is loud when it was not told. */
  readonly answers: DeliveredDecision[];
  close(): Promise<void>;
}

export interface TestApiOptions {
  readonly config?: ConfigOverrides;
  readonly readiness?: Readiness;
  /** What is in force of pm-agent.yaml; what `config` says where not given. */
  readonly agentFile?: ApiDeps['agentFile'];
  readonly clock?: () => Date;
  readonly log?: ApiDeps['log'];
  /** What the relay has before it, for metrics; without it none runs. */
  readonly relay?: () => RelayStats | null;
  readonly bodiesLimit?: number;
  /** What happens where an undo is started; loud where the test did not say. */
  readonly startUndo?: UndoDeps['start'];
  /** What happens where a drill is begun; loud where the test did not say. */
  readonly startDrill?: ApiDeps['startDrill'];
  /** What happens where a trial is begun; loud where the test did not say. */
  readonly startTrial?: ApiDeps['startTrial'];
  /** What an order about a level of autonomy leads to; loud where the test did not say. */
  readonly orderAutonomy?: AutonomyParts['order'];
  /** Replaces parts of the server's inbox: the store that cannot be written, … */
  readonly inbox?: Partial<ApiDeps['inbox']>;
  readonly mirror?: Partial<ApiDeps['mirror']>;
}

export async function startTestApi(options: TestApiOptions = {}): Promise<TestApi> {
  const folder = mkdtempSync(join(tmpdir(), 'api-'));
  const config = testConfig(folder, options.config);
  const clock = options.clock ?? (() => new Date());
  const agentFile = options.agentFile ?? (() => config.file);
  const metrics = createMetrics({
    version: config.version,
    mode: config.agentMode,
    relay: options.relay ?? (() => null),
    pendingDecisions: () => inbox.pendingDecisions(100).length,
    isPaused: () => inbox.pauses.current() !== null,
    isFileRefused: () => false,
    vitals: (now) => reader.vitals(now),
    oversight: () => oversightReport(reader, 30, { now: clock(), teams: agentFile().teams }).overall,
    budgets: { use: () => reader.budgetUse(dayStart(clock())), budgets: () => agentFile().budgets },
    clock,
  });
  const inbox = openInbox({ file: config.inboxFile, log: quietLog, clock, commits: metrics.commits });
  const database = openMirrorFile(config.mirrorFile);
  const mirror = createMirror({ database, file: config.mirrorFile, clock });
  const reader = createMirrorReader({
    file: config.mirrorFile,
    open: (file) => openDatabase(file, { readonly: true, busyTimeoutMs: 400, log: quietLog }),
  });
  const delivered: OutboxDecision[] = [];
  const answers: DeliveredDecision[] = [];
  const deliver = async (decision: OutboxDecision): Promise<DeliveredDecision> => {
    delivered.push(decision);
    const answer = answers.shift();
    if (answer === undefined) {
      throw new Error('the test did not say what Temporal answers to this decision');
    }
    return answer;
  };
  const chain = createChainVerifier(config.mirrorFile);
  const served = {
    inbox: overridden(inbox, options.inbox),
    mirror: overridden(reader, options.mirror),
  };
  const tokens = createTokenReader({
    file: config.operatorsFile,
    open: (file) => openDatabase(file, { readonly: true, busyTimeoutMs: 400, log: quietLog }),
  });
  const decisions = createDecisions({
    ...served,
    people: () => agentFile().people,
    deliver,
    clock,
    refused: metrics.decisionRefused,
  });
  const undo = createUndo({
    mirror: reader,
    inbox: served.inbox,
    refuse: createRefuseUndo({ mirror: reader, agentFile }),
    start: options.startUndo ?? noUndo,
    clock,
    patience: { waitMs: 100, everyMs: 10 },
  });
  const app = createServer({
    config,
    agentFile,
    log: options.log ?? quietLog,
    ...served,
    chain,
    tokens,
    tokenUses: inbox.tokenUses,
    sessions: inbox.sessions,
    clock,
    decisions,
    pausing: createPausing({ pauses: inbox.pauses, mirror: reader, log: options.log ?? quietLog, clock }),
    settling: createSettling({
      inbox: served.inbox,
      mirror: reader,
      clock,
      patience: { waitMs: 1_000, everyMs: 5 },
    }),
    undo,
    autonomy: createAutonomy({
      mirror: reader,
      rules: () => config.file.autonomy ?? BUILT_IN_AUTONOMY,
      order: options.orderAutonomy ?? noOrder,
    }),
    startDrill: options.startDrill ?? notTold,
    startTrial: options.startTrial ?? notTold,
    readiness: options.readiness ?? { check: async () => ALL_OK },
    metrics,
    ...(options.bodiesLimit === undefined ? {} : { bodiesLimit: options.bodiesLimit }),
  });
  const server = await startHttpServer(
    app,
    { host: '127.0.0.1', port: 0 },
    { onUnreadable: metrics.unreadable },
  );
  return {
    url: `http://127.0.0.1:${server.port}`,
    port: server.port,
    config,
    inbox,
    reader,
    mirror,
    decisions,
    undo,
    metrics,
    delivered,
    answers,
    close: async () => {
      await server.close();
      await chain.close();
      metrics.stop();
      inbox.close();
      reader.close();
      tokens.close();
      await mirror.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const noUndo = (): Promise<never> =>
  Promise.reject(new Error('the test did not say what Temporal does with an undo'));

const noOrder = (): Promise<never> =>
  Promise.reject(new Error('the test did not say what Temporal does with an order about autonomy'));

const notTold = (): Promise<void> =>
  Promise.reject(new Error('the test did not say what Temporal does with a trial or a drill'));

function overridden<T extends object>(whole: T, parts: Partial<T> | undefined): T {
  return { ...whole, ...parts };
}
