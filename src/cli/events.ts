/** `pm-agent events list|release|retry`: what arrived, and letting in what is held back. */
import type { Command } from 'commander';
import { EVENT_ORIGINS, EVENT_STATUSES } from '../domain/stored-event.js';
import { createApiClient, itemsOf, member, tellAnswer } from './api-client.js';
import type { Io, Register } from './command.js';
import { jsonText } from './json-text.js';
import { limit, oneOf, source, words } from './option-values.js';
import { oneLine, table, when } from './table.js';
import type { EventView } from './views.js';

interface ListOptions {
  readonly status?: string;
  readonly source?: string;
  readonly subject?: string;
  readonly origin?: string;
  readonly limit: string;
  readonly cursor?: string;
  readonly json?: boolean;
}

interface LetInOptions {
  readonly reason?: string;
  readonly json?: boolean;
}

type What = 'release' | 'retry';

const FILTERS = ['status', 'source', 'subject', 'origin', 'limit', 'cursor'] as const;
const SUBJECT_WIDTH = 40;
const REASON_WIDTH = 100;
const DONE: { readonly [W in What]: string } = { release: 'Released', retry: 'Tried again' };

export const registerEvents: Register = (program, run) => {
  const events = program
    .command('events')
    .description('what arrived: list it, release what is quarantined, retry a dead letter');
  withListOptions(events.command('list').description('list events, newest first')).action(
    (options: ListOptions) => run((io) => list(io, options)),
  );
  const letInCommand = (what: What, description: string) =>
    events
      .command(what)
      .description(description)
      .argument('<event>', 'as the list shows it')
      .option('--reason <text>', 'why, for the record', words)
      .option('--json', "the API's answer as JSON")
      .action((id: string, options: LetInOptions) => run((io) => letIn(io, what, id, options)));
  letInCommand('release', 'let a quarantined event in: you vouch for it, however old it is');
  letInCommand('retry', 'try a dead letter again');
};

function withListOptions(command: Command): Command {
  return command
    .option('--status <status>', `only these: ${EVENT_STATUSES.join(', ')}`, oneOf(EVENT_STATUSES))
    .option('--source <source>', 'only from jira, bitbucket or slack', source)
    .option('--subject <subject>', 'only of this subject (jira:PAY-142)')
    .option(
      '--origin <origin>',
      'webhook: a vendor told of it; reconcile: the sweep found it',
      oneOf(EVENT_ORIGINS),
    )
    .option('--limit <number>', 'at most so many (1-500)', limit, '20')
    .option('--cursor <cursor>', 'go on where the last list ended')
    .option('--json', "the API's answer as JSON");
}

async function list(io: Io, options: ListOptions): Promise<number> {
  const query = new URLSearchParams(
    FILTERS.flatMap((name): [string, string][] =>
      options[name] === undefined ? [] : [[name, options[name]]],
    ),
  );
  const body = await createApiClient(io).get(`/api/events?${query.toString()}`);
  io.out(options.json === true ? `${jsonText(body)}\n` : render(itemsOf<EventView>(body)));
  return 0;
}

function render(events: readonly EventView[]): string {
  return events.length === 0
    ? 'No event matches.\n'
    : table(
        ['EVENT', 'STATUS', 'SOURCE', 'TYPE', 'SUBJECT', 'RECEIVED (UTC)', 'CYCLE', 'REASON'],
        events.map((event) => [
          event.id,
          event.status,
          event.source,
          oneLine(event.eventType, SUBJECT_WIDTH),
          oneLine(event.subject ?? '–', SUBJECT_WIDTH),
          when(event.receivedAt),
          event.cycleId ?? '–',
          oneLine(event.reason ?? '', REASON_WIDTH),
        ]),
      );
}

/** @returns 0 where it goes on, 1 where it stays held or somebody else was first */
async function letIn(io: Io, what: What, id: string, { reason, json }: LetInOptions): Promise<number> {
  const path = `/api/events/${encodeURIComponent(id)}/${what}`;
  const answer = await createApiClient(io).ask('POST', path, reason === undefined ? {} : { reason });
  return tellAnswer(
    io,
    answer,
    json,
    ({ body }) =>
      `${DONE[what]}: ${id}\nSee what follows: npx pm-agent show ${String(member(body, 'cycleId'))}\n`,
  );
}
