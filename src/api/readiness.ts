/** What `/ready` says: the database decides between 200 and 503, everything else is named as it stands. */
import { connect } from 'node:net';
import type { Client } from '@temporalio/client';
import type { Config } from '../config/config.js';
import type { Inbox } from '../inbox/inbox.js';
import { isOutageOf } from './outages.js';

export type CheckResult = 'ok' | 'degraded' | 'off';

export const CHECKS = [
  'database',
  'configuration',
  'budget',
  'temporal',
  'worker',
  'jira',
  'bitbucket',
  'slack',
  'claude',
] as const;
const VENDORS = ['jira', 'bitbucket', 'slack', 'claude'] as const;
export type CheckName = (typeof CHECKS)[number];
export type Checks = { readonly [N in CheckName]: CheckResult };

export interface Readiness {
  check(): Promise<Checks>;
}

/** What Temporal says of itself and of the task queue. */
export interface TemporalState {
  readonly reachable: boolean;
  readonly workerPolls: boolean;
}

/** Probes leave the process: their answers are good for this long, so that `/ready` may be asked as often as one likes. */
const REMEMBER_MS = 2_000;
const PROBE_MS = 1_000;
/** A worker's poll lasts a minute; one that polled longer ago is gone. */
const POLL_MS = 75_000;
const WORKFLOW_TASK_QUEUE = 1;

export function createReadiness(parts: {
  readonly inbox: Pick<Inbox, 'assertWritable'>;
  readonly config: Pick<Config, 'jira' | 'bitbucket' | 'slack' | 'claude'>;
  readonly temporal: () => Promise<TemporalState>;
  /** Why pm-agent.yaml as it stands on disk is not in force; empty where it is. */
  readonly fileProblems: () => readonly string[];
  /** Vendors, and parts of them, to which the worker holds calls back. */
  readonly outages?: () => readonly string[];
  /** Has the agent spent what it may in a day? It goes on by its rules then, without the model. */
  readonly isDayUsedUp?: () => boolean;
  /** Monotonic, milliseconds: after a clock that was set back, an old answer would be given for as long. */
  readonly now?: () => number;
}): Readiness {
  const { config, outages = () => [], isDayUsedUp = () => false, now = () => performance.now() } = parts;
  const temporal = remembered(parts.temporal, now);
  const usedUp = remembered(async () => isDayUsedUp(), now);
  const vendors = remembered(async () => {
    const [jira, bitbucket, slack, claude] = await Promise.all([
      reaches(config.jira.baseUrl),
      reaches(config.bitbucket.baseUrl),
      reaches(config.slack.baseUrl),
      reaches(config.claude.baseUrl),
    ]);
    return { jira, bitbucket, slack, claude };
  }, now);
  return {
    async check() {
      const [state, reachable, isUsedUp] = await Promise.all([temporal(), vendors(), usedUp()]);
      const failing = outages();
      const heldBack = VENDORS.filter((vendor) => failing.some((target) => isOutageOf(vendor, target)));
      return {
        database: isWritable(parts.inbox) ? 'ok' : 'degraded',
        configuration: parts.fileProblems().length === 0 ? 'ok' : 'degraded',
        budget: isUsedUp ? 'degraded' : 'ok',
        temporal: state.reachable ? 'ok' : 'degraded',
        worker: state.workerPolls ? 'ok' : 'degraded',
        ...reachable,
        ...Object.fromEntries(heldBack.map((vendor) => [vendor, 'degraded' as const])),
      };
    },
  };
}

/** Asks Temporal who polls the task queue. Never rejects: an unreachable server is an answer. */
export async function askTemporal(
  connection: Client['connection'],
  temporal: Pick<Config['temporal'], 'namespace' | 'taskQueue'>,
  now: () => number,
): Promise<TemporalState> {
  try {
    const asked = connection.workflowService.describeTaskQueue({
      namespace: temporal.namespace,
      taskQueue: { name: temporal.taskQueue },
      taskQueueType: WORKFLOW_TASK_QUEUE,
    });
    const answer = await Promise.race([asked, late(PROBE_MS)]);
    const polls = answer.pollers.map((poller) => Number(poller.lastAccessTime?.seconds ?? 0) * 1000);
    return { reachable: true, workerPolls: polls.some((at) => now() - at < POLL_MS) };
  } catch {
    return { reachable: false, workerPolls: false };
  }
}

/** Rejects after this long; the call itself ends by its own deadline. */
function late(milliseconds: number): Promise<never> {
  return new Promise((_resolve, reject) => {
    setTimeout(() => reject(new Error('no answer in time')), milliseconds).unref();
  });
}

function isWritable(inbox: Pick<Inbox, 'assertWritable'>): boolean {
  try {
    inbox.assertWritable();
    return true;
  } catch {
    return false;
  }
}

/** One question at a time, and none while the last answer is fresh. */
function remembered<T>(ask: () => Promise<T>, now: () => number): () => Promise<T> {
  let answer: Promise<T> | null = null;
  let askedAt = Number.NEGATIVE_INFINITY;
  return () => {
    if (answer === null || now() - askedAt >= REMEMBER_MS) {
      askedAt = now();
      answer = ask();
    }
    return answer;
  };
}

/** Does something listen at the host of this URL? Nothing is asked of it. */
function reaches(baseUrl: string): Promise<CheckResult> {
  if (!URL.canParse(baseUrl)) {
    return Promise.resolve('off');
  }
  const { protocol, hostname, port } = new URL(baseUrl);
  const socket = connect({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port),
  });
  return new Promise((resolve) => {
    const end = (result: CheckResult): void => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(PROBE_MS, () => end('degraded'));
    socket.on('error', () => end('degraded'));
    socket.on('connect', () => end('ok'));
  });
}
