/** Dependencies from the lockfile, only when they changed, and the `pm-agent` command for npx. */
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fingerprint, readStamp } from './fingerprint.mjs';
import { step } from './progress.mjs';
import { runQuietly } from './run-tool.mjs';

/** Runs `npm ci` where node_modules is missing or older than package-lock.json. */
export async function ensureInstalled(root) {
  const wanted = fingerprint(root, ['package-lock.json']);
  const stamp = join(root, 'node_modules', '.pm-agent-installed');
  if (!isInstalled(root, stamp, wanted)) {
    const [command, ...args] = npmCommand();
    await step('Installing dependencies (npm ci)', () =>
      runQuietly(command, [...args, 'ci', '--include=dev', '--no-audit', '--no-fund'], {
        cwd: root,
        shell: process.platform === 'win32' && command === 'npm',
      }),
    );
  }
  if (readStamp(stamp) !== wanted) {
    writeFileSync(stamp, `${wanted}\n`);
  }
  linkCommand(root);
}

function isInstalled(root, stamp, wanted) {
  const installed = readStamp(stamp);
  return installed === null ? installedByHand(root) : installed === wanted;
}

/** npm writes its own lock into node_modules last; one that is newer than ours means that `npm ci` ran already. */
function installedByHand(root) {
  const npms = join(root, 'node_modules', '.package-lock.json');
  return existsSync(npms) && statSync(npms).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs;
}

/** The npm that runs us, else the one on PATH. */
function npmCommand() {
  const cli = process.env.npm_execpath;
  return cli?.endsWith('npm-cli.js') && existsSync(cli) ? [process.execPath, cli] : ['npm'];
}

/** npm links no command of the package itself; `npx pm-agent` looks here. */
function linkCommand(root) {
  const link = join(root, 'node_modules', '.bin', 'pm-agent');
  const target = join('..', '..', 'bin', 'pm-agent.mjs');
  if (process.platform === 'win32') {
    writeFileSync(`${link}.cmd`, '@node "%~dp0\\..\\..\\bin\\pm-agent.mjs" %*\r\n');
    return;
  }
  if (!lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink()) {
    mkdirSync(join(root, 'node_modules', '.bin'), { recursive: true });
    rmSync(link, { force: true });
    symlinkSync(target, link);
  }
  chmodSync(join(root, 'bin', 'pm-agent.mjs'), 0o755);
}
