/** `backup.json`: what a backup holds. It is written last, so a folder without it is no backup. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { syncFile, syncFolder } from '../database/copy.js';
import { DatabaseError } from '../database/database-error.js';
import { STORE_NAMES } from './stores.js';

const FILE = 'backup.json';

const manifestSchema = z.object({
  format: z.literal(1),
  /** Of pm-agent. */
  version: z.string(),
  /** Before anything was copied, ISO 8601 UTC: what came later is not in it for sure. */
  takenAt: z.iso.datetime(),
  stores: z.array(
    z.object({
      name: z.enum(STORE_NAMES),
      /** Within the folder. */
      file: z.string().regex(/^[\w.-]+$/),
      bytes: z.number(),
      sha256: z.string(),
      /** Number of the newest migration. */
      schema: z.number(),
    }),
  ),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type StoredCopy = Manifest['stores'][number];

export function writeManifest(folder: string, manifest: Manifest): void {
  const file = join(folder, FILE);
  writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  syncFile(file);
  syncFolder(folder);
}

/** Throws `DatabaseError` where the folder is no backup, or one that this version cannot read. */
export function readManifest(folder: string): Manifest {
  const file = join(folder, FILE);
  if (!existsSync(file)) {
    throw new DatabaseError(
      `${folder} is no backup, or one that was not finished: it holds no ${FILE}. Name a folder that pm-agent backup made.`,
    );
  }
  const parsed = manifestSchema.safeParse(jsonIn(file));
  if (!parsed.success) {
    throw new DatabaseError(
      `${file} is not as pm-agent backup writes it (at ${parsed.error.issues[0]?.path.join('.') || 'its beginning'}). Choose another backup.`,
    );
  }
  return parsed.data;
}

function jsonIn(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown;
  } catch {
    return null;
  }
}

export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
