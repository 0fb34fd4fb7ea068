/**
 * pm-agent.yaml while a process runs: the one place that holds what is in force. Whoever judges by it asks here, once for all
 * of one judgement. What cannot be used changes nothing, and is told.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { createLoop, type Loop } from '../background/loop.js';
import { canonicalJson } from '../domain/canonical-json.js';
import { parseAgentFile } from './agent-file.js';
import { type AgentFile, type Config, ConfigError } from './config.js';
import { errorCode } from './error-code.js';

export interface LiveFile {
  /** The last file that could be used. */
  readonly current: () => AgentFile;
  /** Why what is on disk is not in force, each a sentence; empty where it is. */
  readonly problems: () => readonly string[];
  /** Looks at the disk once. What is new counts when a second look finds the same: it may be half written. Never rejects. */
  look(): Promise<void>;
}

export interface LiveFileLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Slow enough to cost nothing, quick enough for somebody who saved and looks. */
const LOOK_EVERY_MS = 1_000;

/** Looks again and again until it is stopped. */
export function watchLiveFile(file: Pick<LiveFile, 'look'>): Pick<Loop, 'stop'> {
  const loop = createLoop(() => file.look(), { pauseMs: () => LOOK_EVERY_MS, restMs: 0 });
  loop.kick();
  return loop;
}

/** What somebody who looks back wants to know of a change. */
export interface FileChange {
  /** Names of the parts of pm-agent.yaml that say something else now. */
  readonly changed: readonly string[];
  readonly policyVersion: { readonly before: string; readonly now: string };
}

/** What was found: the text, or why there is none to judge. */
type Found = { readonly text: string } | { readonly refusal: string; readonly isMissing: boolean };

/**
 * Starts from what the process was started with. By content, not by `fs.watch`: mounts and editors that rename defeat that.
 * @param onChange called after each change that is in force
 */
export function openLiveFile(
  config: Pick<Config, 'file' | 'agentFilePath'>,
  log: LiveFileLog,
  onChange: (change: FileChange) => void = () => undefined,
): LiveFile {
  const { agentFilePath: path } = config;
  let current = config.file;
  let problems: readonly string[] = [];
  /** The content that was judged last, and the one that the look before this found. */
  let judged: string | null = null;
  let candidate: string | null = null;

  function refuse(why: readonly string[]): void {
    problems = why;
    log.error(
      { file: path, problems: why },
      'pm-agent.yaml changed and cannot be used: what it said before holds on',
    );
  }

  function take(next: AgentFile): void {
    const changed = changedParts(current, next);
    if (problems.length > 0) {
      log.info({ file: path }, 'pm-agent.yaml can be used again');
    }
    problems = [];
    const change = { changed, policyVersion: { before: current.policy.version, now: next.policy.version } };
    current = next;
    if (changed.length > 0) {
      log.info(
        { file: path, ...change },
        'pm-agent.yaml changed: what is judged from now on is judged by it',
      );
      onChange(change);
      for (const warning of next.warnings ?? []) {
        log.warn({ file: path }, warning);
      }
    }
  }

  return {
    current: () => current,
    problems: () => problems,
    async look() {
      const found = await find(path);
      const key = keyOf(found);
      if (key === judged || key !== candidate) {
        candidate = key;
        return;
      }
      judged = key;
      const read = readFound(found, current, path);
      if (read === null) {
        return;
      }
      if ('problems' in read) {
        refuse(read.problems);
      } else {
        take(read.file);
      }
    },
  };
}

async function find(path: string): Promise<Found> {
  try {
    return { text: await readFile(path, 'utf8') };
  } catch (error) {
    const code = errorCode(error);
    return code === 'ENOENT'
      ? { refusal: `there is no file ${path} any more`, isMissing: true }
      : { refusal: `${path} cannot be read (${code})`, isMissing: false };
  }
}

function keyOf(found: Found): string {
  return createHash('sha256').update(JSON.stringify(found)).digest('hex');
}

const TAKEN_AWAY =
  'put it back, or restart pm-agent to go on with the defaults: a file that is taken away is no order to drop every rule';

/** Null where there is nothing to say: no file before, and none now. */
function readFound(
  found: Found,
  current: AgentFile,
  path: string,
): { readonly file: AgentFile } | { readonly problems: readonly string[] } | null {
  if ('refusal' in found) {
    return found.isMissing && current.path === null
      ? null
      : { problems: [`${found.refusal}; ${found.isMissing ? TAKEN_AWAY : 'make it readable'}`] };
  }
  try {
    const file = parseAgentFile(found.text, basename(path), path);
    const isEmptied = found.text.trim() === '' && changedParts(current, file).length > 0;
    return isEmptied ? { problems: [`${path} is empty now; ${TAKEN_AWAY}`] } : { file };
  } catch (error) {
    return { problems: error instanceof ConfigError ? error.problems : [`${path}: ${String(error)}`] };
  }
}

/** Names of the parts that say something else now. */
function changedParts(before: AgentFile, now: AgentFile): readonly string[] {
  const { path: _, warnings: __, ...parts } = now;
  return (Object.keys(parts) as (keyof typeof parts)[]).filter(
    (part) => asText(before[part]) !== asText(now[part]),
  );
}

function asText(part: unknown): string {
  return canonicalJson(part ?? null);
}
