import type { Register } from './command.js';
import { decide } from './decide.js';
import { words } from './option-values.js';

/** `pm-agent reject <id> --reason R`. */
export const registerReject: Register = (program, run) => {
  program
    .command('reject')
    .description('reject an action (id of the approval, the action, or a cycle with one approval)')
    .argument('<id>')
    .requiredOption('--reason <text>', 'why, for the record (required)', words)
    .option('--json', "the API's answer as JSON")
    .action((id: string, options: { reason: string; json?: boolean }) =>
      run((io) =>
        decide(io, { id, decision: 'reject', reason: options.reason, json: options.json === true }),
      ),
    );
};
