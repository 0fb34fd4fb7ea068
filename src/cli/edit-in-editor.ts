import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandError, type Io } from './command.js';
import { jsonText } from './json-text.js';
import { parsePayload } from './payload-text.js';

/** Lets the person change the payload in their own editor. @throws CommandError where nothing was changed */
export async function editInEditor(io: Io, payload: unknown): Promise<unknown> {
  const editor = io.env['VISUAL'] ?? io.env['EDITOR'];
  if (editor === undefined) {
    throw new CommandError('--edit: set EDITOR to the program that you edit with, or give --payload');
  }
  const folder = await mkdtemp(join(tmpdir(), 'pm-agent-edit-'));
  const file = join(folder, 'payload.json');
  const before = `${jsonText(payload)}\n`;
  try {
    await writeFile(file, before, { mode: 0o600 });
    await runEditor(editor, file, io.env);
    const after = await readFile(file, 'utf8');
    if (after === before) {
      throw new CommandError('nothing was changed, so nothing was decided');
    }
    return parsePayload(after, '--edit');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Through the shell, as git does it: EDITOR may hold options. */
function runEditor(editor: string, file: string, env: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn(`${editor} "$PM_AGENT_FILE"`, {
    stdio: 'inherit',
    shell: true,
    env: { ...env, PM_AGENT_FILE: file },
  });
  return new Promise((resolve, reject) => {
    child.on('error', () => reject(new CommandError(`--edit: ${editor} could not be started`)));
    child.on('exit', (code) =>
      code === 0
        ? resolve()
        : reject(new CommandError(`--edit: ${editor} ended with ${code}; nothing was decided`)),
    );
  });
}
