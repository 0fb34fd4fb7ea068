/** `pm-agent declined`: what the model declined to answer, for people to look at, and whose texts it was. */
import { createApiClient, tellAnswer } from './api-client.js';
import type { Io, Register } from './command.js';
import { days } from './option-values.js';
import { oneLine, table, when } from './table.js';

interface DeclinedView {
  readonly since: string;
  readonly count: number;
  readonly items: readonly {
    readonly cycleId: string;
    readonly subject: string;
    readonly eventType: string;
    readonly title: string | null;
    readonly authors: readonly string[];
    readonly declinedAt: string;
  }[];
  readonly authors: readonly { readonly id: string; readonly name: string | null; readonly count: number }[];
}

interface Options {
  readonly days: string;
  readonly json?: boolean;
}

export const registerDeclined: Register = (program, run) => {
  program
    .command('declined')
    .description('list what the model declined to answer, and how often by author')
    .option('--days <n>', 'of the last so many days (1-400)', days, '7')
    .option('--json', "the API's answer as JSON")
    .action((options: Options) => run((io) => declined(io, options)));
};

async function declined(io: Io, { days: lastDays, json }: Options): Promise<number> {
  const answer = await createApiClient(io).ask('GET', `/api/declined?days=${encodeURIComponent(lastDays)}`);
  return tellAnswer(io, answer, json, ({ body }) => describe(body as DeclinedView));
}

function describe({ since, count, items, authors }: DeclinedView): string {
  if (authors.length === 0) {
    return `The model declined nothing since ${when(since)} UTC.\n`;
  }
  const waiting =
    count === 0
      ? 'All of it was answered by a later look.\n'
      : `${count} without a decision since ${when(since)} UTC, the newest first:\n${itemTable(items)}`;
  return `${waiting}\n${authorTable(authors)}`;
}

function itemTable(items: DeclinedView['items']): string {
  return table(
    ['CYCLE', 'DECLINED (UTC)', 'SUBJECT', 'EVENT', 'AUTHOR', 'TITLE'],
    items.map(({ cycleId, declinedAt, subject, eventType, authors, title }) => [
      cycleId,
      when(declinedAt),
      oneLine(subject, 40),
      eventType,
      oneLine(authors.join(', '), 60),
      oneLine(title ?? '–', 60),
    ]),
  );
}

function authorTable(authors: DeclinedView['authors']): string {
  return table(
    ['AUTHOR', 'NAME', 'EVENTS'],
    authors.map(({ id, name, count }) => [oneLine(id, 60), oneLine(name ?? '–', 40), String(count)]),
  );
}
