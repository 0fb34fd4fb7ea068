/** A Python with the packages of the seed's twin, kept in the cache folder. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const REQUIREMENTS = fileURLToPath(new URL('./requirements.txt', import.meta.url));

/** The interpreter's path; null, with the reason on standard output, where there is no Python or its packages cannot be installed. */
export async function pythonOfSeed(): Promise<string | null> {
  const version = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 12);
  const folder = join(homedir(), '.cache', 'pm-agent', `bench-seed-${version}`);
  const python = join(folder, 'bin', 'python');
  if (existsSync(join(folder, 'installed'))) {
    return python;
  }
  try {
    console.log('installing the packages of the FastAPI twin, once …');
    await run('python3', ['-m', 'venv', '--clear', folder]);
    await run(python, ['-m', 'pip', 'install', '--quiet', '--requirement', REQUIREMENTS]);
    await run('touch', [join(folder, 'installed')]);
    return python;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    console.log(`left out the FastAPI twin: ${String(error).split('\n', 1)[0]}`);
    return null;
  }
}
