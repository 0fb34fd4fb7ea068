/** Other words for the model, from a file or a folder. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { type Io, UsageError } from '../command.js';

export interface Words {
  readonly name: string;
  readonly role: string | null;
  readonly tasks: Readonly<Record<string, string>>;
}

const ENDING = /\.(?:md|txt)$/;
const ROLE = 'role';

/**
 * A file holds the stable part. A folder may hold it as `role.md`, and the instruction for a kind of event as
 * `<prompt>.md` (`question.md`, `failing-build.md`, as `pm-agent show` names the prompt); what it leaves out stays as it is.
 * @throws UsageError that says what is wrong with the path
 */
export function readWords(io: Io, path: string): Words {
  const full = resolve(io.cwd, path);
  if (!existsSync(full)) {
    throw new UsageError(`--prompt: there is no file or folder ${path}`);
  }
  return statSync(full).isDirectory()
    ? readFolder(full, path)
    : { name: path, role: readText(full), tasks: {} };
}

function readFolder(folder: string, name: string): Words {
  const files = readdirSync(folder).filter((file) => ENDING.test(file));
  if (files.length === 0) {
    throw new UsageError(
      `--prompt: ${name} holds no words; write the stable part into role.md, and the instruction for a kind of event into <prompt>.md`,
    );
  }
  const texts = files.map(
    (file) => [basename(file).replace(ENDING, ''), readText(join(folder, file))] as const,
  );
  const role = texts.find(([id]) => id === ROLE)?.[1] ?? null;
  return { name, role, tasks: Object.fromEntries(texts.filter(([id]) => id !== ROLE)) };
}

function readText(file: string): string {
  const text = readFileSync(file, 'utf8').trim();
  if (text === '') {
    throw new UsageError(`--prompt: ${file} is empty`);
  }
  return text;
}
