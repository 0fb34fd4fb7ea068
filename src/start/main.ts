/** `pm-agent start`: checks, Temporal, the processes, the banner, and an orderly end. */
import { type Config, ConfigError } from '../config/config.js';
import { keepOthersOut } from '../config/data-folder.js';
import { serverUrl } from '../config/load.js';
import { checkPlaces } from '../config/places.js';
import type { Logger } from '../log.js';
import { banner } from './banner.js';
import { findTemporal, type TemporalServer, temporalFile } from './find-temporal.js';
import { partsOf, STOP_ORDER } from './parts.js';
import { commandLineOf, pidFile, readPid, removePid, writePid } from './pid-files.js';
import { isListening, requireFreePort } from './ports.js';
import { waitUntilReady } from './readiness.js';
import { writeSamples } from './sample-events.js';
import { isSandbox, playStoryOnce } from './sandbox-story.js';
import { endStale } from './stale.js';
import { createSupervisor, type Supervisor } from './supervisor.js';
import { simulatedVendors } from './vendor-names.js';

export interface StartOptions {
  readonly config: Config;
  readonly log: Logger;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** Where the banner goes. */
  readonly out: (text: string) => void;
}

/** npm passes Ctrl-C on to us although the terminal did so already: one press, two signals. */
const SAME_SIGNAL_MS = 1_000;

/**
 * Runs everything until a signal or until a part cannot be kept alive.
 * @returns the exit code: 0 after a signal, 1 after giving up
 * @throws ConfigError before anything was started
 */
export async function runStart(options: StartOptions): Promise<number> {
  const began = Date.now();
  const { config, log, env } = options;
  checkPlaces(config);
  refuseSecondStart(config.dataDir);
  keepOthersOut(config, log);
  const server = await findTemporal(config, env);
  const sandbox = await needsSandbox(config);
  await requireFreePorts(config, server);
  const ownPid = pidFile(config.dataDir, 'start');
  writePid(ownPid, process.pid);
  const supervisor = createSupervisor(log);
  const ended = new AbortController();
  try {
    const signalled = onSignals(supervisor);
    for (const part of partsOf(
      config,
      { temporalCli: server.kind === 'ours' ? server.cli : null, sandbox },
      env,
    )) {
      supervisor.add(part);
    }
    void announce(options, server, began, ended.signal);
    const why = await Promise.race([signalled, supervisor.gaveUp]);
    ended.abort();
    await supervisor.stop(STOP_ORDER);
    if (why !== null) {
      log.fatal(`${why}; everything was stopped`);
      return 1;
    }
    return 0;
  } finally {
    removePid(ownPid, process.pid);
  }
}

async function announce(
  { config, log, cwd, out }: StartOptions,
  server: TemporalServer,
  began: number,
  signal: AbortSignal,
): Promise<void> {
  if (!(await waitUntilReady(serverUrl(config.server.host, config.server.port), signal))) {
    return;
  }
  const samples = writeSamples({
    dataDir: config.dataDir,
    agentName: config.file.agent.name,
    isJiraSimulated: config.jira.sandboxed,
    now: new Date(),
  });
  const temporalUi = server.kind === 'named' ? null : `http://127.0.0.1:${config.temporal.uiPort}`;
  out(banner({ config, cwd, seconds: (Date.now() - began) / 1000, temporalUi, samples }));
  await playStoryOnce(config, log);
}

/** Resolves with null at the first SIGINT, SIGTERM or SIGHUP; a later one hurries. */
function onSignals(supervisor: Supervisor): Promise<null> {
  return new Promise((resolve) => {
    let firstAt: number | null = null;
    const handle = () => {
      if (firstAt === null) {
        firstAt = performance.now();
        resolve(null);
      } else if (performance.now() - firstAt > SAME_SIGNAL_MS) {
        supervisor.hurry();
      }
    };
    process.on('SIGINT', handle);
    process.on('SIGTERM', handle);
    process.on('SIGHUP', handle);
  });
}

function refuseSecondStart(dataDir: string): void {
  const pid = readPid(pidFile(dataDir, 'start'));
  const command = pid === null || pid === process.pid ? null : commandLineOf(pid);
  if (command !== null && /bootstrap\.mjs start|pm-agent(\.mjs)? start/.test(command)) {
    throw new ConfigError(
      `DATA_DIR: pm-agent already runs on ${dataDir} (process ${pid}); stop it or set DATA_DIR to another folder`,
    );
  }
}

/** A sandbox that listens already is used as it is; a SANDBOX_URL elsewhere is somebody else's to run. */
async function needsSandbox(config: Config): Promise<boolean> {
  const { port, url } = config.sandbox;
  if (simulatedVendors(config).length === 0 || url !== `http://127.0.0.1:${port}`) {
    return false;
  }
  if (!(await isListening('127.0.0.1', port))) {
    return true;
  }
  if (await isSandbox(url)) {
    return false;
  }
  throw new ConfigError(
    `SANDBOX_PORT: port ${port} is in use by something else; stop it or set SANDBOX_PORT to another port`,
  );
}

/** Our own dev server that outlived its guard holds the ports that the next one needs, so it ends first. */
export async function requireFreePorts(config: Config, server: TemporalServer): Promise<void> {
  await requireFreePort('PORT', config.server.host, config.server.port);
  if (server.kind === 'ours') {
    await endStale(pidFile(config.dataDir, 'temporal'), temporalFile(config.dataDir));
    await requireFreePort('TEMPORAL_UI_PORT', '127.0.0.1', config.temporal.uiPort);
  }
}
