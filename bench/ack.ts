/**
 * Acknowledgements: the API alone (Temporal absent, relay backing off) against bare Express with grouped FULL commits, and
 * against the seed's design where Python is there. All get the same signed bodies from the same generator, in turns, so
 * that a drifting machine touches each.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Load, load } from './load.js';
import { absolute, against, median, type Result } from './result.js';
import { SECRET, type Server, startApi, startBare, startSeed } from './servers.js';

const ROUNDS = 9;
const LOAD = { secret: SECRET, connections: 16, seconds: 3 };
const BARE = 'bare Express, grouped FULL commits';
const SEED = 'the seed: FastAPI, SQLAlchemy, background task';

export async function ack(): Promise<Record<string, Result>> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-ack-'));
  const bare = await startBare(folder);
  const seed = await startSeed(folder);
  const product = await startApi(folder);
  const servers = [bare, product, ...(seed === null ? [] : [seed])];
  try {
    const [ofBare = [], ofProduct = [], ofSeed = []] = await inTurns(servers);
    return {
      ack: ratio(ofProduct, ofBare, BARE, 0.6),
      'ack-p99': absolute(median(ofProduct.map(({ p99 }) => p99)), 'ms', 25, {
        baseline: median(ofBare.map(({ p99 }) => p99)),
        baselineName: BARE,
      }),
      ...(seed === null ? {} : { 'ack-seed': ratio(ofProduct, ofSeed, SEED, 20) }),
    };
  } finally {
    await Promise.all(servers.map((server) => server.end()));
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The loads of each server, after one that only warms it up. */
async function inTurns(servers: readonly Server[]): Promise<readonly (readonly Load[])[]> {
  const loads = servers.map((): Load[] => []);
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [index, { url }] of servers.entries()) {
      const measured = await load(url, LOAD);
      if (round > 0) {
        loads[index]?.push(measured);
      }
    }
  }
  return loads;
}

function ratio(
  measured: readonly Load[],
  twin: readonly Load[],
  baselineName: string,
  limit: number,
): Result {
  return against(
    {
      value: median(measured.map(({ perSecond }) => perSecond)),
      baseline: median(twin.map(({ perSecond }) => perSecond)),
      baselineName,
      unit: 'acks/s',
    },
    { higherIsBetter: true, limit },
  );
}
