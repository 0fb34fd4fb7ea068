/** The official archive of the Temporal CLI. */
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { runQuietly } from './run-tool.mjs';

export const ARCHIVE_URL = 'https://temporal.download/cli/archive/latest';
const ANSWER_MS = 5_000;
const WHOLE_MS = 180_000;
const ARCHITECTURES = { x64: 'amd64', arm64: 'arm64' };
const PLATFORMS = { linux: 'linux', darwin: 'darwin', win32: 'windows' };

/**
 * Downloads and unpacks the binary into `folder`. Gives up after 5 s without an answer.
 * @returns {Promise<string>} its path
 */
export async function downloadCli(folder, binary, base = ARCHIVE_URL) {
  const archive = join(folder, 'temporal.tar.gz');
  const response = await ask(archiveUrl(base));
  await pipeline(Readable.fromWeb(response.body), createWriteStream(archive), {
    signal: AbortSignal.timeout(WHOLE_MS),
  });
  await runQuietly('tar', ['-xzf', archive, '-C', folder, binary], {});
  return join(folder, binary);
}

function archiveUrl(base) {
  const platform = PLATFORMS[process.platform];
  const architecture = ARCHITECTURES[process.arch];
  if (platform === undefined || architecture === undefined) {
    throw new Error(`there is no archive for ${process.platform} on ${process.arch}`);
  }
  const url = new URL(base);
  url.searchParams.set('platform', platform);
  url.searchParams.set('arch', architecture);
  url.searchParams.set('format', 'tar.gz');
  return url;
}

async function ask(url) {
  const waiting = new AbortController();
  const timer = setTimeout(() => waiting.abort(new Error('no answer within 5 s')), ANSWER_MS);
  try {
    const response = await fetch(url, { signal: waiting.signal });
    if (!response.ok || response.body === null) {
      throw new Error(`${url.host} answered ${response.status}`);
    }
    return response;
  } catch (error) {
    throw new Error(`${url.host}: ${error.cause?.message ?? error.message}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
