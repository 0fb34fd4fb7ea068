import { createApiClient } from './api-client.js';
import type { Register } from './command.js';
import { jsonText } from './json-text.js';
import { time, wholeNumber } from './option-values.js';
import { oneLine, plain, table, when } from './table.js';

interface ShadowView {
  readonly since: string;
  readonly windowDays: number;
  readonly kinds: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly items: readonly {
    readonly actionId: string;
    readonly kind: string;
    readonly target: string;
    readonly payload: unknown;
    readonly verdict: string;
    readonly proposedAt: string;
    readonly agreement: string;
    readonly eventId: string | null;
  }[];
  readonly isCut: boolean;
}

interface Options {
  readonly since?: string;
  readonly window: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

const PAYLOAD_WIDTH = 70;
/** What people settled, one way or another: agreement is a share of these. */
const SETTLED = ['same', 'other', 'nothing'] as const;

/** `pm-agent shadow`: how far proposals in shadow agree with what people did. */
export const registerShadow: Register = (program, run) => {
  program
    .command('shadow')
    .description(
      'compare what was proposed and never left (level observe, simulation) with what people then did',
    )
    .option('--since <time>', 'proposed at or after this time (ISO 8601); else in the last 30 days', time)
    .option('--window <days>', 'how many days people have to do the same (1-30)', wholeNumber(1, 30), '7')
    .option('--all', 'each proposal, not only the counts')
    .option('--json', "the API's answer as JSON")
    .action(({ since, window, all, json }: Options) =>
      run(async (io) => {
        const query = new URLSearchParams({ windowDays: window, ...(since === undefined ? {} : { since }) });
        const body = await createApiClient(io).get(`/api/shadow?${query.toString()}`);
        io.out(json === true ? `${jsonText(body)}\n` : tellShadow(body as ShadowView, all === true));
        return 0;
      }),
    );
};

function tellShadow({ since, windowDays, kinds, items, isCut }: ShadowView, all: boolean): string {
  if (items.length === 0) {
    return `Nothing was proposed in shadow since ${when(since)} UTC. The level observe under autonomy in pm-agent.yaml puts kinds and projects there.\n`;
  }
  return [
    `Proposed in shadow since ${when(since)} UTC, and what people did on the same thing within ${windowDays} days.`,
    ...(isCut ? ['There were more; the newest are compared.'] : []),
    '',
    table(
      ['KIND', 'SAME', 'OTHER', 'NOTHING', 'OPEN', 'NOT COMPARED', 'AGREEMENT'],
      Object.entries(kinds).map(([kind, counts]) => rowOf(kind, counts)),
    ),
    ...(all
      ? [
          table(
            ['ACTION', 'KIND', 'TARGET', 'PROPOSED (UTC)', 'POLICY', 'PEOPLE', 'EVENT', 'PAYLOAD'],
            items.map((item) => [
              item.actionId,
              item.kind,
              plain(item.target),
              when(item.proposedAt),
              item.verdict,
              item.agreement,
              item.eventId ?? '–',
              oneLine(JSON.stringify(item.payload), PAYLOAD_WIDTH),
            ]),
          ),
        ]
      : []),
  ].join('\n');
}

function rowOf(kind: string, counts: Readonly<Record<string, number>>): readonly string[] {
  const count = (name: string) => counts[name] ?? 0;
  const settled = SETTLED.reduce((sum, name) => sum + count(name), 0);
  const share = settled === 0 ? '–' : `${Math.round((100 * count('same')) / settled)} % of ${settled}`;
  return [kind, ...[...SETTLED, 'open', 'not_compared'].map((name) => String(count(name))), share];
}
