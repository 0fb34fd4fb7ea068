import { createApiClient, describeFailure, member, printAnswer } from './api-client.js';
import { CommandError, type Io, type Register } from './command.js';

const RECORDED = 202;

/** `pm-agent undo <action>`: takes an action back, if nobody changed since what it changed. */
export const registerUndo: Register = (program, run) => {
  program
    .command('undo')
    .description('take back what an action did, if nobody changed it since')
    .argument('<action>', "the action's id, as pm-agent show prints it")
    .option('--json', "the API's answer as JSON")
    .action((id: string, options: { json?: boolean }) => run((io) => undo(io, id, options.json === true)));
};

async function undo(io: Io, id: string, json: boolean): Promise<number> {
  const answer = await createApiClient(io).ask('POST', `/api/actions/${encodeURIComponent(id)}/undo`);
  if (json) {
    return printAnswer(io, answer);
  }
  if (answer.status >= 300) {
    throw new CommandError(describeFailure(answer));
  }
  io.out(
    answer.status === RECORDED
      ? `Recorded: ${id} is taken back as soon as a worker runs. See: npx pm-agent explain ${id}\n`
      : `Undone: ${String(member(answer.body, 'kind'))} on ${String(member(answer.body, 'target'))}\n`,
  );
  return 0;
}
