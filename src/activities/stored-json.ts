import type { MirrorWriter } from '../audit/mirror.js';

/** What a blob of the mirror holds as JSON; null where there is none. */
export async function readJson(mirror: Pick<MirrorWriter, 'getBlob'>, hash: string): Promise<unknown> {
  const blob = await mirror.getBlob(hash);
  return blob === null ? null : (JSON.parse(blob.toString('utf8')) as unknown);
}
