import { createApiClient, describeFailure } from './api-client.js';
import { CommandError, type Register } from './command.js';
import { tellCycle } from './tell-cycle.js';
import type { CycleView } from './views.js';

/** `pm-agent show <cycle>`: the whole story of one event. */
export const registerShow: Register = (program, run) => {
  program
    .command('show')
    .description('tell one cycle: event, context, reasons, verdicts, approvals, effects, cost')
    .argument('<cycle>', 'id of the cycle, as send and cycles print it')
    .option('--json', "the API's answer as JSON")
    .action((id: string, options: { json?: boolean }) =>
      run(async (io) => {
        const answer = await createApiClient(io).ask('GET', `/api/cycles/${encodeURIComponent(id)}`);
        if (answer.status !== 200) {
          throw new CommandError(describeFailure(answer));
        }
        io.out(
          options.json === true
            ? `${JSON.stringify(answer.body, null, 2)}\n`
            : tellCycle(answer.body as CycleView),
        );
        return 0;
      }),
    );
};
