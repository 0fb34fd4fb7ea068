/** The command line: `main(args)` parses, runs one command and answers the exit code. */
import { Command, CommanderError } from 'commander';
import { ConfigError } from '../config/config.js';
import { processEnvironment } from '../config/process-env.js';
import { readVersion } from '../config/version.js';
import { DatabaseError } from '../database/database-error.js';
import { CommandError, type Io, UsageError, type Work } from './command.js';
import { COMMANDS } from './index.js';

const OK = 0;
const FAILED = 1;
const WRONG_USAGE = 2;

/** @returns 0 ok, 1 failed, 2 wrong usage; nothing is thrown for what a person did wrong. */
export async function main(args: readonly string[], io: Io = processIo()): Promise<number> {
  let code = OK;
  const program = createProgram(io, async (work) => {
    code = await work(io);
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    return exitCodeOf(error, io);
  }
}

function createProgram(io: Io, run: (work: Work) => Promise<void>): Command {
  const program = new Command('pm-agent')
    .description('An autonomous project-management agent for Jira, Bitbucket and Slack.')
    .version(readVersion())
    .exitOverride()
    .showHelpAfterError('(pm-agent help shows how it is used)')
    .configureOutput({ writeOut: io.out, writeErr: io.err });
  for (const register of COMMANDS) {
    register(program, run);
  }
  return program;
}

function exitCodeOf(error: unknown, io: Io): number {
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? OK : WRONG_USAGE;
  }
  if (error instanceof ConfigError || error instanceof CommandError || error instanceof DatabaseError) {
    io.err(`pm-agent: ${wordsOf(error)}\n`);
    return error instanceof UsageError ? WRONG_USAGE : FAILED;
  }
  throw error;
}

/** Several settings that are wrong: one a line, as editors and terminals follow them. */
function wordsOf(error: Error): string {
  return error instanceof ConfigError && error.problems.length > 1
    ? [`${error.problems.length} settings are wrong:`, ...error.problems].join('\n')
    : error.message;
}

function processIo(): Io {
  return {
    env: processEnvironment(),
    cwd: process.cwd(),
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
  };
}
