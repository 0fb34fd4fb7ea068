/** What other users of the machine can read of what pm-agent keeps, and how they are kept out. */
import { chmodSync, lstatSync, readdirSync, type Stats } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { closedBitsIn, wherePossible } from '../database/private-files.js';
import type { Config } from './config.js';

/** Where what is kept stands; the mirror may be elsewhere (DATABASE_URL). */
export type Kept = Pick<Config, 'dataDir' | 'mirrorFile'>;

/** Something that others can read. */
export interface ReadByOthers {
  readonly path: string;
  /** Permission bits as they are. */
  readonly mode: number;
  /** As they are to be. */
  readonly closed: number;
  /** Null where this user may change them; else who may. */
  readonly ownerId: number | null;
}

export interface Log {
  info(data: object, message: string): void;
  warn(data: object, message: string): void;
}

/** DATA_DIR can be a folder with other things in it, and those are nobody's here. */
const OURS =
  /^(?:(?:pm-agent|inbox|operators|sandbox|temporal)\.db(?:[-.].+)?|(?:secrets|mcp-tools)\.json(?:\..+)?|story-played|restore-under-way|run|try|backups)$/;
/** Ours where nothing else is in DATA_DIR; beside other things a folder of such a name may be anybody's. */
const COMMON_NAMES = ['run', 'try', 'backups'];
/** What a file system puts into its root, and what our own checks leave for a moment. */
const NOBODYS = /^(?:lost\+found|\.(?:write-test|doctor)-.+)$/;
/** Windows knows no such modes, and Node answers made-up ones there. */
const HAS_MODES = process.getuid !== undefined;
const NAMED_IN_LOG = 10;

/**
 * From here on this process, and what it starts, makes files for its own user alone, or for the group that DATA_DIR was
 * opened to; and what an older version left open is closed where it is ours. What cannot be closed is told, and is no
 * reason to stop: a mount may belong to another user, or know no modes. DATA_DIR has to exist.
 */
export function keepOthersOut(kept: Kept, log: Log): void {
  if (!HAS_MODES) {
    return;
  }
  process.umask(closedBitsIn(kept.dataDir));
  const found = readByOthers(kept);
  found.filter(({ ownerId }) => ownerId === null).forEach(close);
  const left = new Set(readByOthers(kept).map(({ path }) => path));
  const closed = found.filter(({ path }) => !left.has(path)).map(({ path }) => path);
  if (closed.length > 0) {
    log.info(inBrief(closed), 'closed to other users what they could read in DATA_DIR');
  }
  if (left.size > 0) {
    log.warn(inBrief([...left]), 'other users can read these; pm-agent doctor says what to do');
  }
}

function inBrief(paths: readonly string[]) {
  return { count: paths.length, paths: paths.slice(0, NAMED_IN_LOG) };
}

/** Where it is not taken, for whatever reason (mounts answer as they like), the second look finds it open still. */
function close({ path, closed }: ReadByOthers): void {
  wherePossible(() => chmodSync(path, closed));
}

/** What of ours others can read or write, folders before what is in them. Empty where there is nothing yet. */
export function readByOthers({ dataDir, mirrorFile }: Kept, uid = process.getuid?.()): ReadByOthers[] {
  if (uid === undefined) {
    return [];
  }
  const names = namesIn(dataDir);
  const isOnlyOurs = names.every((name) => OURS.test(name) || NOBODYS.test(name));
  const inside = names
    .filter((name) => OURS.test(name) && (isOnlyOurs || !COMMON_NAMES.includes(name)))
    .map((name) => join(dataDir, name));
  return [
    ...(isOnlyOurs && names.length > 0 ? look(dataDir, { uid, within: dataDir, isDeep: false }) : []),
    ...inside.flatMap((path) => look(path, { uid, within: dataDir, isDeep: true })),
    ...(dirname(mirrorFile) === dataDir ? [] : besideMirror(mirrorFile, uid)),
  ];
}

/** The mirror's own files where it stands apart, and the copies that its migrations keep. */
function besideMirror(mirrorFile: string, uid: number): ReadByOthers[] {
  const folder = dirname(mirrorFile);
  const own = basename(mirrorFile);
  const files = namesIn(folder).filter(
    (name) => name.startsWith(own) && /^(?:$|[-.])/.test(name.slice(own.length)),
  );
  const copies = namesIn(join(folder, 'backups')).filter((name) =>
    name.startsWith(`${basename(own, '.db')}-`),
  );
  return [...files, ...copies.map((name) => join('backups', name))].flatMap((name) =>
    look(join(folder, name), { uid, within: folder, isDeep: false }),
  );
}

function look(
  path: string,
  how: { readonly uid: number; readonly within: string; readonly isDeep: boolean },
): ReadByOthers[] {
  const stats = statsOf(path);
  if (stats === null || !(stats.isFile() || stats.isDirectory())) {
    return [];
  }
  const mode = stats.mode & 0o7777;
  const closed = mode & ~closedBitsIn(how.within);
  const ownerId = stats.uid === how.uid ? null : stats.uid;
  const deeper = how.isDeep && stats.isDirectory() ? namesIn(path) : [];
  return [
    ...(mode === closed ? [] : [{ path, mode, closed, ownerId }]),
    ...deeper.flatMap((name) => look(join(path, name), how)),
  ];
}

/** Of a link, the link: what it points to may be anybody's. Null where it is not there, or its folder may not be searched. */
function statsOf(path: string): Stats | null {
  try {
    return lstatSync(path);
  } catch {
    return null;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
