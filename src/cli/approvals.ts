import { APPROVAL_STATUSES, statusesOf } from '../domain/approval.js';
import { createApiClient, itemsOf, member } from './api-client.js';
import type { Register } from './command.js';
import { jsonText } from './json-text.js';
import { limit, oneOf } from './option-values.js';
import { indent, oneLine, plain, table, when } from './table.js';
import {
  beforeDeciding,
  changedSinceShown,
  deadlineSentence,
  howToDecide,
  recordedSentence,
} from './tell-approval.js';
import type { ApprovalView } from './views.js';

/** Long enough for the reason why a rule asks. */
const RULE_WIDTH = 300;

interface Options {
  readonly status: string;
  readonly limit: string;
  readonly cursor?: string;
  readonly json?: boolean;
}

/** `pm-agent approvals`: what waits for a person, with the whole payload that an approval would cover. */
export const registerApprovals: Register = (program, run) => {
  program
    .command('approvals')
    .description('list approvals that wait for a person, the nearest deadline first')
    .option('--status <status>', APPROVAL_STATUSES.join(', '), oneOf(APPROVAL_STATUSES), 'pending')
    .option('--limit <number>', 'at most so many (1-500)', limit, '50')
    .option('--cursor <cursor>', 'go on where the last list ended')
    .option('--json', "the API's answer as JSON")
    .action((options: Options) =>
      run(async (io) => {
        const query = queryOf(options);
        const body = await createApiClient(io).get(`/api/approvals?${query.toString()}`);
        io.out(
          options.json === true
            ? `${jsonText(body)}\n`
            : `${render(itemsOf<ApprovalView>(body), options.status)}${whatIsLeft(member(body, 'nextCursor'), options)}`,
        );
        return 0;
      }),
    );
};

/** What waits is read by its deadline; what is over by when it was asked. */
function queryOf({ status, limit: most, cursor }: Options): URLSearchParams {
  const isWaiting = statusesOf('pending').includes(status);
  return new URLSearchParams({
    status,
    limit: most,
    ...(isWaiting ? { sort: 'deadline' } : {}),
    ...(cursor === undefined ? {} : { cursor }),
  });
}

/** Nobody should take a page for all there is. */
function whatIsLeft(nextCursor: unknown, { status }: Options): string {
  return typeof nextCursor === 'string'
    ? `There are more: npx pm-agent approvals --status ${status} --cursor ${nextCursor}\n`
    : '';
}

function render(approvals: readonly ApprovalView[], status: string): string {
  if (approvals.length === 0) {
    return status === 'pending'
      ? 'Nothing waits for a decision.\n'
      : `No approvals with the status ${status}.\n`;
  }
  const list = table(
    ['APPROVAL', 'ACTION', 'TARGET', 'RISK', 'STATUS', 'DEADLINE (UTC)', 'CYCLE'],
    approvals.map((approval) => [
      approval.id,
      approval.kind,
      oneLine(approval.target, 40),
      approval.risk,
      approval.status,
      when(approval.deadline),
      approval.cycleId,
    ]),
  );
  return status === 'pending' ? `${list}\n${approvals.map(describe).join('\n')}` : list;
}

/** Nobody should approve what they cannot read. */
function describe(approval: ApprovalView): string {
  const recorded = recordedSentence(approval);
  return [
    `${approval.id}  ${approval.kind} on ${plain(approval.target)}`,
    ...(approval.what === undefined ? [] : [`    ${plain(approval.what)}`]),
    `    by rule "${oneLine(approval.rule, RULE_WIDTH)}"`,
    ...beforeDeciding(approval).map((line) => `    ${line}`),
    ...progress(approval).map((line) => `    ${plain(line)}`),
    `    ${deadlineSentence(approval)}`,
    ...(recorded === null ? [] : [`    ${recorded}`]),
    indent(plain(jsonText(approval.payload)), '    '),
    ...howToDecide(approval).map((line) => `    ${line}`),
    '',
  ].join('\n');
}

/** What happened to it while it waited. */
function progress(approval: ApprovalView): string[] {
  const { needed = 1, given = [], questions = [], snoozedUntil } = approval;
  return [
    ...(needed > 1
      ? [
          `${given.length} of ${needed} approved${given.length === 0 ? '' : ` (${given.map(({ name }) => name).join(', ')})`}`,
        ]
      : []),
    ...changedSinceShown(approval),
    ...(snoozedUntil === null || snoozedUntil === undefined
      ? []
      : [`put off until ${when(snoozedUntil)} UTC`]),
    ...questions.flatMap(({ by, name = by, question, answer }) => [
      `${name} asks: ${oneLine(question, 200)}`,
      `  ${answer === null ? 'not answered yet' : oneLine(answer, 600)}`,
    ]),
  ];
}
