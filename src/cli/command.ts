/** What a command is given and what it gives back. */
import type { Command } from 'commander';

export interface Io {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** Standard output, as given: add the newline. */
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** Does the command's work and answers the exit code. */
export type Work = (io: Io) => Promise<number>;

/** Adds one command to the program; `run` carries out its work. */
export type Register = (program: Command, run: (work: Work) => Promise<void>) => void;

/** A failure that a person should read as one line; exit code 1. */
export class CommandError extends Error {
  override readonly name: string = 'CommandError';
}

/** What was given on the command line makes no sense, whatever else stands; exit code 2. */
export class UsageError extends CommandError {
  override readonly name = 'UsageError';
}
