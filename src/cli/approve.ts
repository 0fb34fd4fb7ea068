import type { Register } from './command.js';
import { decide } from './decide.js';

/** `pm-agent approve <id>`: exactly the payload as it stands now. */
export const registerApprove: Register = (program, run) => {
  program
    .command('approve')
    .description('approve an action (id of the approval, the action, or a cycle with one approval)')
    .argument('<id>')
    .option('--note <text>', 'a remark for the record')
    .option('--json', "the API's answer as JSON")
    .action((id: string, options: { note?: string; json?: boolean }) =>
      run((io) => decide(io, { id, decision: 'approve', note: options.note, json: options.json === true })),
    );
};
