/** Decisions that neither approve nor reject. */
import { parseDuration } from '../config/duration.js';
import { CommandError, type Register } from './command.js';
import { decide } from './decide.js';

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
    .argument('<question>')
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
    .option('--until <time>', 'like 2026-12-01T09:00:00Z')
    .option('--for <duration>', 'like 2h')
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
    .option('--reason <text>', 'why, for the record')
    .option('--json', "the API's answer as JSON")
    .action((id: string, { reason, json }: Options) =>
      run((io) => decide(io, { id, decision: 'take_over', reason, json: json === true })),
    );
};

function untilOf({ until, for: duration }: Options): string {
  if (duration !== undefined) {
    const ms = parseDuration(duration);
    if (ms === null) {
      throw new CommandError(`--for: "${duration}" is not a duration like 2h`);
    }
    return new Date(Date.now() + ms).toISOString();
  }
  if (until === undefined || Number.isNaN(Date.parse(until))) {
    throw new CommandError(
      'give --until with a time like 2026-12-01T09:00:00Z, or --for with a duration like 2h',
    );
  }
  return new Date(until).toISOString();
}
