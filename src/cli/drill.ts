/** `pm-agent drill start|report`: do people read what they approve? */
import { createApiClient, tellAnswer } from './api-client.js';
import type { Io, Register } from './command.js';
import { oneLine, table, when } from './table.js';

interface RateView {
  readonly caught: number;
  readonly missed: number;
  readonly rate: number | null;
}

interface ReportView {
  readonly overall: RateView;
  readonly byApprover: readonly (RateView & { readonly id: string })[];
  readonly items: readonly {
    readonly outcome: string;
    readonly kind: string;
    readonly wrong: string;
    readonly decidedBy: string | null;
    readonly endedAt: string;
  }[];
}

interface Options {
  readonly json?: boolean;
}

const SHOWN = 20;
const WRONG_WIDTH = 70;

export const registerDrill: Register = (program, run) => {
  const drill = program
    .command('drill')
    .description('requests that nobody should approve, and who caught them (admin)');
  drill
    .command('start')
    .description('show one now, as any other request; nothing of it is ever carried out')
    .option('--json', "the API's answer as JSON")
    .action((options: Options) => run((io) => ask(io, 'POST', options, () => BEGUN)));
  drill
    .command('report')
    .description('how many were caught, overall and by approver')
    .option('--json', "the API's answer as JSON")
    .action((options: Options) =>
      run((io) => ask(io, 'GET', options, (body) => describe(body as ReportView))),
    );
};

const BEGUN = 'Begun: it waits among the other requests. What people make of it: npx pm-agent drill report\n';

async function ask(
  io: Io,
  method: 'GET' | 'POST',
  { json }: Options,
  tell: (body: unknown) => string,
): Promise<number> {
  const answer = await createApiClient(io).ask(method, '/api/drills');
  return tellAnswer(io, answer, json, ({ body }) => tell(body));
}

function describe({ overall, byApprover, items }: ReportView): string {
  if (items.length === 0) {
    return 'No drill is over yet.\n';
  }
  return [
    table(
      ['APPROVER', 'CAUGHT', 'MISSED', 'RATE'],
      [...byApprover, { id: 'all', ...overall }].map(({ id, caught, missed, rate }) => [
        oneLine(id, 40),
        String(caught),
        String(missed),
        rate === null ? '–' : `${Math.round(rate * 100)} %`,
      ]),
    ),
    '\n',
    table(
      ['ENDED (UTC)', 'OUTCOME', 'BY', 'KIND', 'WHAT WAS WRONG'],
      items
        .slice(0, SHOWN)
        .map((one) => [
          when(one.endedAt),
          one.outcome,
          one.decidedBy ?? '–',
          one.kind,
          oneLine(one.wrong, WRONG_WIDTH),
        ]),
    ),
  ].join('');
}
