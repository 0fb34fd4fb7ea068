/** Content hashes of source trees: how a step knows that it has nothing to do. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * sha256 over names and contents of files and folders, in a fixed order. What is not there counts as absent.
 * @param {string} root
 * @param {readonly string[]} parts paths below root
 */
export function fingerprint(root, parts) {
  const hash = createHash('sha256');
  for (const file of parts.flatMap((part) => filesBelow(root, part))) {
    hash.update(`${file}\0`);
    hash.update(readFileSync(join(root, file)));
    hash.update('\0');
  }
  return hash.digest('hex');
}

function filesBelow(root, part) {
  const path = join(root, part);
  if (!existsSync(path)) {
    return [];
  }
  if (statSync(path).isFile()) {
    return [part];
  }
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesBelow(root, join(part, name)));
}

/** The stamp that an earlier run left, or null. */
export function readStamp(file) {
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : null;
}
