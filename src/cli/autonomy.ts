/** `pm-agent autonomy list|promote|demote`: how much the agent may do by itself. */
import { ACTION_KINDS } from '../domain/action.js';
import { type ApiAnswer, createApiClient, itemsOf, tellAnswer } from './api-client.js';
import type { Io, Register } from './command.js';
import { oneOf, words } from './option-values.js';
import { oneLine, plain, table, when } from './table.js';

interface LevelView {
  readonly kind: string;
  readonly project: string;
  readonly level: string;
  readonly source: string;
  readonly since: string | null;
  readonly evidence: {
    readonly clean: number;
    readonly edited: number;
    readonly rejected: number;
    readonly undone: number;
    readonly observed: number;
    readonly run: number;
    readonly needed: number;
  };
  readonly wayUp: string;
  readonly offer: string | null;
}

interface Options {
  readonly reason?: string;
  readonly json?: boolean;
}

export const registerAutonomy: Register = (program, run) => {
  const autonomy = program
    .command('autonomy')
    .description('how much the agent may do by itself, for each kind of action and project');
  autonomy
    .command('list')
    .description('the levels, what people made of the proposals, and what is offered')
    .option('--json', "the API's answer as JSON")
    .action((options: Options) => run((io) => list(io, options)));
  for (const [order, description] of [
    ['promote', 'take the level that is offered (admin)'],
    ['demote', 'one level less (admin)'],
  ] as const) {
    autonomy
      .command(order)
      .description(description)
      .argument('<kind>', 'a kind of action, like jira.comment', oneOf(ACTION_KINDS))
      .argument('[project]', 'the project, repository or channel', '-')
      .option('--reason <text>', 'why, for the record', words)
      .option('--json', "the API's answer as JSON")
      .action((kind: string, project: string, options: Options) =>
        run((io) => change(io, order, { kind, project }, options)),
      );
  }
};

async function list(io: Io, { json }: Options): Promise<number> {
  const answer = await createApiClient(io).ask('GET', '/api/autonomy');
  return tellAnswer(io, answer, json, ({ body }) => {
    const levels = itemsOf<LevelView>(body);
    return levels.length === 0 ? 'Nothing was proposed yet.\n' : `${levelTable(levels)}\n${waysUp(levels)}`;
  });
}

function levelTable(levels: readonly LevelView[]): string {
  return table(
    ['KIND', 'PROJECT', 'LEVEL', 'SINCE (UTC)', 'CLEAN', 'EDITED', 'REJECTED', 'UNDONE', 'COUNTS', 'OFFERED'],
    levels.map(({ kind, project, level, source, since, evidence, offer }) => [
      kind,
      oneLine(project, 30),
      source === 'mirror' ? level : `${level} (${source === 'file' ? 'pm-agent.yaml' : 'built in'})`,
      when(since),
      ...[evidence.clean, evidence.edited, evidence.rejected, evidence.undone].map(String),
      level === 'announce' ? '–' : `${evidence.run} of ${evidence.needed}`,
      offer ?? '–',
    ]),
  );
}

/** The table says how many; these say of what, and what to do. */
function waysUp(levels: readonly LevelView[]): string {
  return levels
    .map(
      ({ kind, project, wayUp }) =>
        `${kind}${project === '-' ? '' : ` in ${plain(project)}`}: ${plain(wayUp)}.\n`,
    )
    .join('');
}

async function change(
  io: Io,
  order: 'promote' | 'demote',
  key: { readonly kind: string; readonly project: string },
  { reason, json }: Options,
): Promise<number> {
  const body = { ...key, ...(reason === undefined ? {} : { reason }) };
  const answer = await createApiClient(io).ask('POST', `/api/autonomy/${order}`, body);
  return tellAnswer(io, answer, json, tellChange);
}

function tellChange({ status, body }: ApiAnswer): string {
  if (status === 202) {
    return 'Recorded: carried out when a worker is back.\n';
  }
  const { kind, project, level } = body as LevelView;
  return `${kind} in ${plain(project)} is at ${level} now. It holds for what is proposed from now on.\n`;
}
