/** `pm-agent settle [action]`: says whether an effect was done of which nobody knows; without one, lists them. */
import { createApiClient, itemsOf, member, tellAnswer } from './api-client.js';
import { type Io, type Register, UsageError } from './command.js';
import { words } from './option-values.js';
import { oneLine, table, when } from './table.js';
import type { ActionView } from './views.js';

interface Options {
  readonly done?: boolean;
  readonly notDone?: boolean;
  readonly reason?: string;
  readonly json?: boolean;
}

type OpenView = ActionView & { readonly endedAt: string | null };

const RECORDED = 202;
const MESSAGE_WIDTH = 100;

export const registerSettle: Register = (program, run) => {
  program
    .command('settle')
    .description('say whether an unknown effect was done; without an action: list what is unknown')
    .argument('[action]', "the action's id, as the alert and pm-agent show print it")
    .option('--done', 'you looked, and it was done')
    .option('--not-done', 'you looked, and it was not done')
    .option('--reason <text>', 'what you found, for the record', words)
    .option('--json', "the API's answer as JSON")
    .action((id: string | undefined, options: Options) =>
      run((io) => {
        assertWhole(id, options);
        return id === undefined ? list(io, options) : settle(io, id, options);
      }),
    );
};

/** What was found is said of one action, and once. */
function assertWhole(id: string | undefined, { done = false, notDone = false, reason }: Options): void {
  if (id === undefined && (done || notDone || reason !== undefined)) {
    throw new UsageError('settle: name the action of which you say that; pm-agent settle lists them');
  }
  if (id !== undefined && done === notDone) {
    throw new UsageError(`settle: say what you found of ${id}: --done or --not-done, one of them`);
  }
}

async function list(io: Io, { json }: Options): Promise<number> {
  const answer = await createApiClient(io).ask('GET', '/api/unsettled');
  return tellAnswer(io, answer, json, ({ body }) => {
    const items = itemsOf<OpenView>(body);
    return items.length === 0
      ? 'Nothing is unknown.\n'
      : `${items.length} unknown, the oldest first:\n${openTable(items)}`;
  });
}

function openTable(items: readonly OpenView[]): string {
  return table(
    ['ACTION', 'KIND', 'TARGET', 'ENDED (UTC)', 'WHY'],
    items.map(({ id, kind, target, endedAt, result }) => [
      id,
      kind,
      oneLine(target, 40),
      when(endedAt),
      oneLine(messageIn(result), MESSAGE_WIDTH),
    ]),
  );
}

function messageIn(result: unknown): string {
  const message = member(result, 'message');
  return typeof message === 'string' ? message : '';
}

async function settle(io: Io, id: string, { done, reason, json }: Options): Promise<number> {
  const found = done === true ? 'done' : 'not_done';
  const body = { found, ...(reason === undefined ? {} : { reason }) };
  const path = `/api/actions/${encodeURIComponent(id)}/settle`;
  const answer = await createApiClient(io).ask('POST', path, body);
  return tellAnswer(io, answer, json, ({ status }) => {
    if (status === RECORDED) {
      return `Recorded: ${id} is settled as soon as a worker runs.\n`;
    }
    return done === true
      ? `Settled: ${id} was done.\n`
      : `Settled: ${id} was not done. To have its event answered again: npx pm-agent events retry <event>\n`;
  });
}
