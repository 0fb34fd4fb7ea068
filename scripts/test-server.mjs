/**
 * Gets the Temporal test server that skips time, from Maven Central through mvn, once, and prints the path of its program.
 * Version and every file are pinned (test/skipped-time/pom.xml, jars.sha256). Needs Java 17 or newer and mvn.
 */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './lock.mjs';
import { say } from './progress.mjs';
import { runQuietly } from './run-tool.mjs';
import { cacheFolder } from './temporal-cli.mjs';

const PINS = fileURLToPath(new URL('../test/skipped-time/', import.meta.url));

/** By what is pinned: another version is another folder. */
function homeOf(env) {
  const pins = readFileSync(join(PINS, 'jars.sha256'));
  const name = createHash('sha256').update(pins).digest('hex').slice(0, 12);
  return join(cacheFolder(env), `temporal-test-server-${name}`);
}

/** @throws Error where Java or mvn is missing, or a file is not the one that is pinned */
async function ensureTestServer(env = process.env) {
  const home = homeOf(env);
  const program = join(home, 'test-server');
  await withLock(
    `${home}.lock`,
    async () => {
      if (!existsSync(program)) {
        await get(home, env);
      }
    },
    () => say('Another process is getting the test server; waiting for it …'),
  );
  return program;
}

async function get(home, env) {
  const work = `${home}.getting`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  const lib = join(work, 'lib');
  const pom = join(PINS, 'pom.xml');
  await runQuietly(
    'mvn',
    ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${lib}`],
    {
      env,
    },
  );
  assertPinned(lib);
  // The client compiler alone: it starts within the five seconds that the SDK gives it.
  const start = `exec java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "${join(home, 'lib')}/*" io.temporal.testserver.TestServer "$@"`;
  writeFileSync(join(work, 'test-server'), `#!/bin/sh\n${start}\n`);
  chmodSync(join(work, 'test-server'), 0o755);
  rmSync(home, { recursive: true, force: true });
  renameSync(work, home);
}

function assertPinned(lib) {
  const pinned = readFileSync(join(PINS, 'jars.sha256'), 'utf8').trim();
  const found = readdirSync(lib)
    .toSorted()
    .map(
      (name) =>
        `${createHash('sha256')
          .update(readFileSync(join(lib, name)))
          .digest('hex')}  ${name}`,
    )
    .join('\n');
  if (found !== pinned) {
    throw new Error(
      'the jars of the test server are not those of test/skipped-time/jars.sha256; nothing was kept',
    );
  }
}

console.log(await ensureTestServer());
