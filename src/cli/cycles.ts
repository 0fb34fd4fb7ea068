import { CYCLE_STATUSES } from '../domain/cycle.js';
import { type ApiClient, createApiClient, itemsOf } from './api-client.js';
import type { Register } from './command.js';
import { jsonText } from './json-text.js';
import { limit, oneOf, source, time } from './option-values.js';
import { costOf, isStandIn } from './stand-in.js';
import { oneLine, table, when } from './table.js';
import type { CycleSummaryView } from './views.js';

interface Options {
  readonly status?: string;
  readonly source?: string;
  readonly subject?: string;
  readonly since?: string;
  readonly attention?: boolean;
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
    .option('--status <status>', `only these: ${CYCLE_STATUSES.join(', ')}`, oneOf(CYCLE_STATUSES))
    .option('--source <source>', 'only from jira, bitbucket or slack', source)
    .option('--subject <subject>', 'only of this issue, pull request or thread (PAY-142)')
    .option('--since <time>', 'only received at or after this time (ISO 8601)', time)
    .option('--attention', 'only what a person has to see to: what failed or ended unknown; with its event')
    .option('--limit <number>', 'at most so many (1-500)', limit, '20')
    .option('--cursor <cursor>', 'go on where the last list ended')
    .option('--json', "the API's answer as JSON")
    .action((options: Options) =>
      run(async (io) => {
        const query = queryOf(options);
        const client = createApiClient(io);
        const body = await client.get(`/api/cycles?${query.toString()}`);
        io.out(
          options.json === true
            ? `${jsonText(body)}\n`
            : await render(itemsOf<CycleSummaryView>(body), query, client),
        );
        return 0;
      }),
    );
};

function queryOf(options: Options): URLSearchParams {
  const given = FILTERS.flatMap((name): [string, string][] =>
    options[name] === undefined ? [] : [[name, options[name]]],
  );
  return new URLSearchParams(options.attention === true ? [...given, ['attention', 'true']] : given);
}

async function render(
  cycles: readonly CycleSummaryView[],
  query: URLSearchParams,
  client: ApiClient,
): Promise<string> {
  const isFiltered = [...query.keys()].some((name) => name !== 'limit');
  if (query.has('attention')) {
    return renderAttention(cycles);
  }
  if (cycles.length === 0) {
    return isFiltered
      ? 'No cycle matches.\n'
      : 'No cycles yet. Send an event: npx pm-agent send jira <file>\n';
  }
  const standIn = await isStandIn(client);
  return table(
    ['CYCLE', 'STATUS', 'OUTCOME', 'SUBJECT', 'EVENT', 'RECEIVED (UTC)', 'COST', 'SUMMARY'],
    cycles.map((cycle) => [
      cycle.id,
      cycle.status,
      cycle.outcome ?? '–',
      oneLine(cycle.subject, 40),
      cycle.eventType,
      when(cycle.receivedAt),
      costOf(cycle.cost, standIn),
      oneLine(cycle.summary, SUMMARY_WIDTH),
    ]),
  );
}

/** With what to say to have each tried again. */
function renderAttention(cycles: readonly CycleSummaryView[]): string {
  if (cycles.length === 0) {
    return 'Nothing needs attention.\n';
  }
  const listed = table(
    ['EVENT', 'CYCLE', 'STATUS', 'OUTCOME', 'SUBJECT', 'RECEIVED (UTC)', 'WHY'],
    cycles.map(({ eventId, id, status, outcome, subject, receivedAt, error, summary }) => [
      eventId,
      id,
      status,
      outcome ?? '–',
      oneLine(subject, 40),
      when(receivedAt),
      oneLine(error ?? summary, SUMMARY_WIDTH),
    ]),
  );
  return `${listed}Remove the cause (npx pm-agent show <cycle>), then: npx pm-agent events retry <event>\n`;
}
