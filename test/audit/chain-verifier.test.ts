/** The chain verified by a thread: the same answer as in place, one run at a time, from sources and from dist. */
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type ChainVerifier, createChainVerifier } from '../../src/audit/chain-verifier.js';
import { cycleInput } from '../support/builders.js';
import { writeLongChain } from '../support/long-chain.js';
import { openTestMirror, type TestMirror } from './support.js';

const DIST = resolve(fileURLToPath(new URL('../../dist/audit/chain-verifier.js', import.meta.url)));

let own: TestMirror;
let verifier: ChainVerifier;

beforeEach(() => {
  own = openTestMirror();
  verifier = createChainVerifier(own.database.name);
});
afterEach(async () => {
  await verifier.close();
  await own.close();
});

test('answers what walking the chain in place answers, whole and broken', async () => {
  for (let n = 0; n < 3; n += 1) {
    await own.mirror.startCycle(cycleInput(), 'run-1');
  }
  expect(await verifier.verify()).toEqual(own.reader.verifyChain());
  expect(await verifier.verify()).toMatchObject({ ok: true, rows: 3 });

  own.database.exec(
    `DROP TRIGGER audit_log_no_update; UPDATE audit_log SET data = '{"forged":true}' WHERE seq = 2`,
  );

  expect(await verifier.verify()).toMatchObject({ ok: false, firstBad: 2 });
});

test('who asks while a run is under way shares it; who asks later sees what was appended meanwhile', async () => {
  const [first, second] = [verifier.verify(), verifier.verify()];
  expect(second).toBe(first);
  expect(await first).toMatchObject({ rows: 0 });

  await own.mirror.startCycle(cycleInput(), 'run-1');

  expect(await verifier.verify()).toMatchObject({ rows: 1 });
});

test('a mirror that is not there yet is empty and holds', async () => {
  const none = createChainVerifier(`${own.database.name}.none`);

  expect(await none.verify()).toMatchObject({ ok: true, rows: 0 });
});

test('a file that is no database fails the run and not the process', async () => {
  const broken = createChainVerifier(fileURLToPath(import.meta.url));

  await expect(broken.verify()).rejects.toThrow(/is damaged or no SQLite database/);
});

test('closing ends a run that is under way, and tells who waits for it', async () => {
  writeLongChain(own.database, 50_000);
  const told = expect(verifier.verify()).rejects.toThrow('not verified to its end');

  await verifier.close();

  await told;
});

test('runs as it is shipped, too', async () => {
  writeLongChain(own.database, 1_000);
  const script = `
    import(${JSON.stringify(DIST)})
      .then(({ createChainVerifier }) => createChainVerifier(process.argv[1]).verify())
      .then((answer) => console.log(JSON.stringify(answer)));`;

  const { stdout } = await promisify(execFile)(process.execPath, ['-e', script, own.database.name]);

  expect(JSON.parse(stdout)).toEqual(own.reader.verifyChain());
});
