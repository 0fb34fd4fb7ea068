/** `pm-agent pause` and `resume`: nobody should need a server's shell to stop the agent. */
import { type ApiClient, createApiClient, member, tellAnswer } from './api-client.js';
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
    .action((options: Options) => run((io) => pause(io, options)));
  program
    .command('resume')
    .description('let effects leave again')
    .option('--reason <text>', 'why, for the record', words)
    .option('--json', "the API's answer as JSON")
    .action((options: Options) => run((io) => resume(io, options)));
};

async function pause(io: Io, { reason, json }: Options): Promise<number> {
  const answer = await createApiClient(io).ask('POST', '/api/pause', bodyOf(reason));
  return tellAnswer(io, answer, json, ({ body }) => describePaused(body as PauseView));
}

/** The answer says how it stands now, which is the same whether or not anything was paused: so that is asked before. */
async function resume(io: Io, { reason, json }: Options): Promise<number> {
  const client = createApiClient(io);
  const wasRunning = json !== true && (await isKnownToRun(client));
  const answer = await client.ask('POST', '/api/resume', bodyOf(reason));
  return tellAnswer(io, answer, json, () =>
    wasRunning
      ? 'Nothing was paused: effects leave.\n'
      : 'Resumed: effects leave again. What was held goes on within half a minute.\n',
  );
}

/** False where that cannot be read: whoever lets the agent go on must not be kept from it by a question. */
async function isKnownToRun(client: ApiClient): Promise<boolean> {
  const state = await client.ask('GET', '/api/pause').catch(() => null);
  return member(state?.body, 'paused') === false;
}

function bodyOf(reason: string | undefined): object {
  return reason === undefined ? {} : { reason };
}

function describePaused({ since, byName, reason, heldCount, held }: PauseView): string {
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
