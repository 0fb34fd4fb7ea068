import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CommandError, type Io, type Register, UsageError } from './command.js';
import { decide } from './decide.js';
import { editInEditor } from './edit-in-editor.js';
import { hashThatWasRead, words } from './option-values.js';
import { parsePayload } from './payload-text.js';

interface Options {
  readonly hash?: string;
  readonly note?: string;
  readonly payload?: string;
  readonly edit?: boolean;
  readonly json?: boolean;
}

/** `pm-agent approve <id>`: exactly the payload that was read (`--hash`), as it stands now where that is left out, or an edited one. */
export const registerApprove: Register = (program, run) => {
  program
    .command('approve')
    .description('approve an action (id of the approval, the action, or a cycle with one approval)')
    .argument('<id>')
    .option(
      '--hash <start>',
      'only what was read: how its hash begins, as approvals and show print it',
      hashThatWasRead,
    )
    .option('--note <text>', 'a remark for the record', words)
    .option('--payload <json or @file>', 'approve this instead of what was proposed')
    .option('--edit', 'change the payload in $EDITOR first')
    .option('--json', "the API's answer as JSON")
    .action((id: string, options: Options) =>
      run(async (io) =>
        decide(io, {
          id,
          decision: 'approve',
          hash: options.hash,
          note: options.note,
          edit: await editOf(io, options),
          json: options.json === true,
        }),
      ),
    );
};

/** What was given is read before anybody is asked for anything. */
async function editOf(
  io: Io,
  { payload, edit }: Options,
): Promise<((read: unknown) => Promise<unknown>) | undefined> {
  if (payload !== undefined && edit === true) {
    throw new UsageError('--payload and --edit say the same twice; give one of them');
  }
  if (payload !== undefined) {
    const given = await readPayload(io, payload);
    return async () => given;
  }
  return edit === true ? (read) => editInEditor(io, read) : undefined;
}

async function readPayload(io: Io, given: string): Promise<unknown> {
  if (!given.startsWith('@')) {
    return parsePayload(given, '--payload', UsageError);
  }
  const file = resolve(io.cwd, given.slice(1));
  const text = await readFile(file, 'utf8').catch(() => {
    throw new CommandError(`--payload: cannot read ${file}`);
  });
  return parsePayload(text, `--payload: ${file}`);
}
