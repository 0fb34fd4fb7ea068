import { createApiClient, member, tellAnswer } from './api-client.js';
import type { Io, Register } from './command.js';

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
  return tellAnswer(io, answer, json, ({ status, body }) =>
    status === RECORDED
      ? `Recorded: ${id} is taken back as soon as a worker runs. See: npx pm-agent explain ${id}\n`
      : `Undone: ${String(member(body, 'kind'))} on ${String(member(body, 'target'))}\n${remarkIn(body)}`,
  );
}

function remarkIn(body: unknown): string {
  const remark = member(body, 'remark');
  return typeof remark === 'string' ? `${remark}.\n` : '';
}
