/**
 * Anchors of the audit chain's head outside the database: one JSON line `{at, seq, hash}` each. A database that was
 * cut back or rewritten as a whole no longer contains an anchored row, which `verifyChain` then names.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';

export interface Anchor {
  readonly at: string;
  readonly seq: number;
  readonly hash: string;
}

/** Where the anchors of a mirror stand. */
export function anchorFileOf(mirrorFile: string): string {
  return `${mirrorFile}.anchors`;
}

/** Appends an anchor unless the newest one already names this row. */
export function writeAnchor(file: string, anchor: Anchor): void {
  if (readAnchors(file).at(-1)?.hash === anchor.hash) {
    return;
  }
  appendFileSync(file, `${JSON.stringify(anchor)}\n`, { mode: 0o600 });
}

/** All whole lines; a torn last line (crash while appending) is left out. */
export function readAnchors(file: string): readonly Anchor[] {
  if (!existsSync(file)) {
    return [];
  }
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => parseAnchor(line));
}

function parseAnchor(line: string): readonly Anchor[] {
  try {
    const value = JSON.parse(line) as Partial<Anchor>;
    return typeof value.seq === 'number' && typeof value.hash === 'string' && typeof value.at === 'string'
      ? [{ at: value.at, seq: value.seq, hash: value.hash }]
      : [];
  } catch {
    return [];
  }
}
