/** `pm-agent pause` and `resume`: nobody should need a server's shell to stop the agent. */
import { createApiClient, tellAnswer } from './api-client.js';
import type { Io, Register } from './command.js';
import { words } from './option-values.js';
import { oneLine, plain, table, when } from './table.js';
import type { ActionView } from './views.js';

interface Options {
  readonly reason?: string;
  readonly json?: boolean;
}

type HeldView = Pick<ActionView, 'id' | 'kind' | 'target' | 'status'> & { readonly proposedAt: string };

interface PauseView {
  readonly paused: boolean;
  readonly since: string | null;
  readonly byName: string | null;
  readonly reason: string | null;
  readonly heldCount: number;
  readonly held: readonly HeldView[];
}

export const registerPause: Register = (program, run) => {
  program
    .command('pause')
    .description('stop all effects at once, also over restarts; shows what is held')
    .option('--reason <text>', 'why, for the record', words)
    .option('--json', "the API's answer as JSON")
    .action((options: Options) => run((io) => ask(io, '/api/pause', options)));
  program
    .command('resume')
    .description('let effects leave again')
    .option('--reason <text>', 'why, for the record', words)
    .option('--json', "the API's answer as JSON")
    .action((options: Options) => run((io) => ask(io, '/api/resume', options)));
};

async function ask(io: Io, path: string, { reason, json }: Options): Promise<number> {
  const answer = await createApiClient(io).ask('POST', path, reason === undefined ? {} : { reason });
  return tellAnswer(io, answer, json, ({ body }) => describe(body as PauseView));
}

function describe({ paused, since, byName, reason, heldCount, held }: PauseView): string {
  if (!paused) {
    return 'Not paused: effects leave. What was held goes on within half a minute.\n';
  }
  const why = reason === null ? '' : `: ${plain(reason)}`;
  return [
    `Paused by ${plain(byName ?? 'somebody')} at ${when(since)} UTC${why}\n`,
    'No effect leaves until: npx pm-agent resume. Undo still works: npx pm-agent undo <action>\n',
    heldCount === 0 ? 'Nothing is held.\n' : `${heldCount} held:\n${heldTable(held)}`,
  ].join('');
}

function heldTable(held: readonly HeldView[]): string {
  return table(
    ['ACTION', 'KIND', 'TARGET', 'STATUS', 'PROPOSED (UTC)'],
    held.map((action) => [
      action.id,
      action.kind,
      oneLine(action.target, 40),
      action.status,
      when(action.proposedAt),
    ]),
  );
}
