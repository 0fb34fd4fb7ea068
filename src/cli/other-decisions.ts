/** Decisions that neither approve nor reject. */
import { parseDuration } from '../config/duration.js';
import { type Register, UsageError } from './command.js';
import { decide } from './decide.js';
import { duration, time, words } from './option-values.js';

interface Options {
  readonly reason?: string;
  readonly until?: string;
  readonly for?: string;
  readonly json?: boolean;
}

/** `pm-agent ask <id> <question>`: the request stays open. */
export const registerAsk: Register = (program, run) => {
  program
    .command('ask')
    .description('ask the agent something before you decide; the request stays open')
    .argument('<id>')
    .argument('<question>', 'what you want to know', words)
    .option('--json', "the API's answer as JSON")
    .action((id: string, question: string, options: Options) =>
      run((io) => decide(io, { id, decision: 'ask', note: question, json: options.json === true })),
    );
};

/** `pm-agent snooze <id> --until T`: nobody is reminded before. */
export const registerSnooze: Register = (program, run) => {
  program
    .command('snooze')
    .description('put a request off: nobody is reminded before then; it expires all the same')
    .argument('<id>')
    .option('--until <time>', 'like 2026-12-01T09:00:00Z', time)
    .option('--for <duration>', 'like 2h', duration)
    .option('--json', "the API's answer as JSON")
    .action((id: string, options: Options) =>
      run((io) =>
        decide(io, { id, decision: 'snooze', until: untilOf(options), json: options.json === true }),
      ),
    );
};

/** `pm-agent take-over <id>`: the person does it by hand. */
export const registerTakeOver: Register = (program, run) => {
  program
    .command('take-over')
    .description('do it yourself: the agent stands down and nothing is sent')
    .argument('<id>')
    .option('--reason <text>', 'why, for the record', words)
    .option('--json', "the API's answer as JSON")
    .action((id: string, { reason, json }: Options) =>
      run((io) => decide(io, { id, decision: 'take_over', reason, json: json === true })),
    );
};

function untilOf({ until, for: within }: Options): string {
  if ((until === undefined) === (within === undefined)) {
    throw new UsageError(
      'snooze: give --until with a time like 2026-12-01T09:00:00Z, or --for with a duration like 2h; one of them',
    );
  }
  return new Date(until ?? Date.now() + (parseDuration(within ?? '') ?? 0)).toISOString();
}
