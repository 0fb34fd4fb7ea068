/** `pm-agent oversight`: how people watch over the agent. */
import { createApiClient, tellAnswer } from './api-client.js';
import type { Io, Register } from './command.js';
import { days } from './option-values.js';
import { costOf, isStandIn, withNoMoney } from './stand-in.js';
import { table, when } from './table.js';

interface ShareView {
  readonly count: number;
  readonly of: number;
  readonly share: number | null;
}

interface LatencyView {
  readonly p50: number | null;
  readonly p85: number | null;
  readonly seconds: readonly number[] | null;
}

interface MeasuresView {
  readonly decided: number;
  readonly latency: LatencyView;
  /** These four are left out by older servers. */
  readonly workLatency?: LatencyView;
  readonly edits?: { readonly earlier: number | null; readonly later: number | null };
  readonly suggestions?: readonly string[];
  readonly undone?: ShareView;
  readonly clean: ShareView;
  readonly edited: ShareView;
  readonly rejected: ShareView;
  readonly expired: ShareView;
  readonly rubberStamps: ShareView;
  readonly editDistance: number | null;
  readonly concerns: readonly string[];
}

interface OversightView {
  readonly since: string;
  readonly asOf: string;
  /** Left out by older servers. */
  readonly cost?: { readonly total: number; readonly effects: number; readonly perEffect: number | null };
  readonly overall: MeasuresView;
  readonly byKind: readonly (MeasuresView & { readonly kind: string })[];
}

interface Options {
  readonly days: string;
  readonly json?: boolean;
}

export const registerOversight: Register = (program, run) => {
  program
    .command('oversight')
    .description('how fast and how carefully requests are decided')
    .option('--days <n>', 'of what was asked in the last so many days (1-400)', days, '30')
    .option('--json', "the API's answer as JSON")
    .action((options: Options) => run((io) => oversight(io, options)));
};

async function oversight(io: Io, { days: lastDays, json }: Options): Promise<number> {
  const client = createApiClient(io);
  const answer = await client.ask('GET', `/api/oversight?days=${encodeURIComponent(lastDays)}`);
  const standIn = json !== true && (await isStandIn(client));
  return tellAnswer(io, answer, json, ({ body }) => describe(body as OversightView, standIn));
}

function describe({ since, asOf, cost, overall, byKind }: OversightView, standIn: boolean): string {
  const rows = [
    ...byKind.map((one) => ({ name: one.kind, measures: one })),
    { name: 'all', measures: overall },
  ];
  return [
    `Asked from ${when(since)} to ${when(asOf)} UTC\n\n`,
    table(
      [
        'KIND',
        'DECIDED',
        'P50',
        'P85',
        'P50 AT WORK',
        'P85 AT WORK',
        'CLEAN',
        'EDITED',
        'BY',
        'REJECTED',
        'EXPIRED',
        'TOO FAST TO READ',
        'UNDONE',
      ],
      rows.map(({ name, measures }) => [name, ...cells(measures)]),
    ),
    ...(cost === undefined ? [] : [costLine(cost, standIn)]),
    ...concernLines(byKind),
  ].join('');
}

function cells({
  decided,
  latency,
  workLatency,
  clean,
  edited,
  editDistance,
  rejected,
  expired,
  rubberStamps,
  undone,
}: MeasuresView) {
  return [
    String(decided),
    secondsOf(latency.p50),
    secondsOf(latency.p85),
    secondsOf(workLatency?.p50 ?? null),
    secondsOf(workLatency?.p85 ?? null),
    percentOf(clean),
    percentOf(edited),
    editDistance === null ? '–' : `${Math.round(editDistance * 100)} %`,
    percentOf(rejected),
    percentOf(expired),
    percentOf(rubberStamps),
    undone === undefined ? '–' : percentOf(undone),
  ];
}

function costLine(
  { total, effects, perEffect }: NonNullable<OversightView['cost']>,
  standIn: boolean,
): string {
  const each = perEffect === null ? '' : `, ${costOf(perEffect, standIn)} for each`;
  const done = effects === 1 ? 'one proposal was' : `${effects} proposals were`;
  const line = `The model cost ${costOf(total, standIn)}; ${done} carried out${each}`;
  return `\n${withNoMoney(line, standIn)}\n`;
}

function concernLines(byKind: OversightView['byKind']): readonly string[] {
  const lines = byKind.flatMap(({ kind, concerns, suggestions = [] }) =>
    [...concerns, ...suggestions].map((sentence) => `${kind}: ${sentence}\n`),
  );
  return lines.length === 0 ? [] : ['\n', ...lines];
}

function secondsOf(value: number | null): string {
  return value === null ? '–' : value < 120 ? `${Math.round(value)} s` : `${Math.round(value / 60)} min`;
}

/** With the numbers behind it: a share of four says little. */
function percentOf({ count, of, share }: ShareView): string {
  return share === null ? '–' : `${Math.round(share * 100)} % (${count}/${of})`;
}
