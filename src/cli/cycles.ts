import { createApiClient, itemsOf } from './api-client.js';
import type { Register } from './command.js';
import { jsonText } from './json-text.js';
import { oneLine, table, usd, when } from './table.js';
import type { CycleSummaryView } from './views.js';

interface Options {
  readonly status?: string;
  readonly source?: string;
  readonly subject?: string;
  readonly since?: string;
  readonly limit: string;
  readonly cursor?: string;
  readonly json?: boolean;
}

const FILTERS = ['status', 'source', 'subject', 'since', 'limit', 'cursor'] as const;
const SUMMARY_WIDTH = 60;

/** `pm-agent cycles`: the newest first. */
export const registerCycles: Register = (program, run) => {
  program
    .command('cycles')
    .description('list cycles, newest first')
    .option('--status <status>', 'only these: queued, running, awaiting_approval, completed, …')
    .option('--source <source>', 'only from jira, bitbucket or slack')
    .option('--subject <subject>', 'only of this issue, pull request or thread (PAY-142)')
    .option('--since <time>', 'only received at or after this time (ISO 8601)')
    .option('--limit <number>', 'at most so many (1-500)', '20')
    .option('--cursor <cursor>', 'go on where the last list ended')
    .option('--json', "the API's answer as JSON")
    .action((options: Options) =>
      run(async (io) => {
        const query = new URLSearchParams(
          FILTERS.flatMap((name): [string, string][] =>
            options[name] === undefined ? [] : [[name, options[name]]],
          ),
        );
        const body = await createApiClient(io).get(`/api/cycles?${query.toString()}`);
        io.out(
          options.json === true
            ? `${jsonText(body)}\n`
            : render(
                itemsOf<CycleSummaryView>(body),
                [...query.keys()].some((name) => name !== 'limit'),
              ),
        );
        return 0;
      }),
    );
};

function render(cycles: readonly CycleSummaryView[], isFiltered: boolean): string {
  if (cycles.length === 0) {
    return isFiltered
      ? 'No cycle matches.\n'
      : 'No cycles yet. Send an event: npx pm-agent send jira <file>\n';
  }
  return table(
    ['CYCLE', 'STATUS', 'OUTCOME', 'SUBJECT', 'EVENT', 'RECEIVED (UTC)', 'COST', 'SUMMARY'],
    cycles.map((cycle) => [
      cycle.id,
      cycle.status,
      cycle.outcome ?? '–',
      oneLine(cycle.subject, 40),
      cycle.eventType,
      when(cycle.receivedAt),
      usd(cycle.cost),
      oneLine(cycle.summary, SUMMARY_WIDTH),
    ]),
  );
}
