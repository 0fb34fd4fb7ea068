/** `pm-agent token create|list|revoke`: who may use the API. Opens operators.db itself, so that the first token needs none. */
import { type Command, Option } from 'commander';
import { parseDuration } from '../config/duration.js';
import { loadTokenConfig, type TokenConfig } from '../config/load.js';
import { RESERVED_OPERATORS, SCOPES, type Scope } from '../domain/operator.js';
import { createLogger } from '../log.js';
import { type Token, tokenState } from '../operators/token.js';
import type { Tokens } from '../operators/tokens.js';
import { CommandError, type Io, type Register, UsageError } from './command.js';
import { jsonText } from './json-text.js';
import { duration } from './option-values.js';
import { oneLine, table, when } from './table.js';

const NAME_LIMIT = 80;

interface CreateOptions {
  readonly name: string;
  readonly person?: string;
  readonly scope: Scope;
  readonly expires?: string;
  readonly json?: boolean;
}

interface ListOptions {
  readonly json?: boolean;
}

export const registerToken: Register = (program, run) => {
  const token = program.command('token').description('who may use the API: make, list and revoke tokens');
  withCreateOptions(token.command('create').description('make a token; it is shown once')).action(
    (options: CreateOptions) => run((io) => withTokens(io, (parts) => create(io, parts, options))),
  );
  token
    .command('list')
    .description('list all tokens, newest first; never their secrets')
    .option('--json', 'as JSON')
    .action((options: ListOptions) => run((io) => withTokens(io, (parts) => list(io, parts, options))));
  token
    .command('revoke')
    .description('end a token and the sessions that were given for it, at once')
    .argument('<id>', 'as the list shows it')
    .action((id: string) => run((io) => withTokens(io, (parts) => revoke(io, parts, id))));
};

function withCreateOptions(command: Command): Command {
  return command
    .requiredOption('--name <name>', 'what it is for, or who the operator is')
    .option('--person <id>', 'one of people in pm-agent.yaml: decisions count as theirs')
    .addOption(
      new Option('--scope <scope>', 'what it may do; each includes the ones before')
        .choices(SCOPES)
        .default('decide'),
    )
    .option('--expires <duration>', `after how long it ends (90d); without it never`, duration)
    .option('--json', 'as JSON, with the secret');
}

interface Parts {
  readonly tokens: Tokens;
  readonly config: TokenConfig;
  readonly now: Date;
  /** When each token was last used, by its id. */
  readonly uses: () => ReadonlyMap<string, string>;
}

/** What opens a database is loaded only here: no other command needs it. */
async function withTokens(io: Io, work: (parts: Parts) => number): Promise<number> {
  const config = loadTokenConfig(io.env, { cwd: io.cwd });
  const { openTokens } = await import('../operators/tokens.js');
  const { readTokenUses } = await import('../inbox/people/token-uses.js');
  const log = createLogger('token', { level: 'silent', format: 'json' });
  const now = new Date();
  const tokens = openTokens({ file: config.operatorsFile, log, clock: () => now });
  try {
    return work({ tokens, config, now, uses: () => readTokenUses(config.inboxFile, log) });
  } finally {
    tokens.close();
  }
}

function create(io: Io, { tokens, config, now }: Parts, options: CreateOptions): number {
  const isFirst = tokens.list().length === 0;
  const made = tokens.create({
    name: checkedName(options, config),
    person: checkedPerson(options.person, config),
    scope: options.scope,
    expiresAt: expiryOf(options.expires, now),
  });
  if (options.json === true) {
    io.out(`${jsonText({ ...made.token, secret: made.secret })}\n`);
    return 0;
  }
  io.out(
    [
      `Made ${made.token.id} (${describe(made.token)}). This is its secret; it is not shown again:`,
      '',
      `  ${made.secret}`,
      '',
      'Send it as Authorization: Bearer <secret>, or set PM_AGENT_TOKEN for the command line.',
      ...(isFirst
        ? ['From this first token on nobody may use the API without one, not even at this machine.']
        : []),
      '',
    ].join('\n'),
  );
  return 0;
}

/** A free name that is a person's id would decide in their stead. */
function checkedName({ name, person }: CreateOptions, { people }: TokenConfig): string {
  const trimmed = name.trim();
  if (trimmed === '' || trimmed.length > NAME_LIMIT || /\p{C}/u.test(trimmed)) {
    throw new UsageError(
      `--name: ${JSON.stringify(name.slice(0, NAME_LIMIT))} is not 1 to ${NAME_LIMIT} characters on one line`,
    );
  }
  if (person === undefined && people.some((one) => one.id === trimmed)) {
    throw new UsageError(
      `--name: "${trimmed}" is one of people in pm-agent.yaml; say --person ${trimmed} to make a token for them, or use another name`,
    );
  }
  if (person === undefined && RESERVED_OPERATORS.has(trimmed)) {
    throw new UsageError(`--name: "${trimmed}" means somebody else in the records; use another name`);
  }
  return trimmed;
}

function checkedPerson(person: string | undefined, { people }: TokenConfig): string | null {
  if (person === undefined) {
    return null;
  }
  if (!people.some((one) => one.id === person)) {
    const known = people.map((one) => one.id).join(', ') || 'nobody yet';
    throw new UsageError(`--person: "${person}" is not one of people in pm-agent.yaml (${known})`);
  }
  return person;
}

function expiryOf(expires: string | undefined, now: Date): string | null {
  if (expires === undefined) {
    return null;
  }
  return new Date(now.getTime() + (parseDuration(expires) ?? 0)).toISOString();
}

function list(io: Io, { tokens, now, uses }: Parts, options: ListOptions): number {
  const used = uses();
  const items = tokens.list().map((token) => ({
    ...token,
    state: tokenState(token, now),
    lastUsedAt: used.get(token.id) ?? null,
  }));
  if (options.json === true) {
    io.out(`${jsonText({ items })}\n`);
    return 0;
  }
  io.out(
    items.length === 0
      ? 'No tokens: whoever is at this machine may use the API. Make one with pm-agent token create.\n'
      : table(
          ['TOKEN', 'NAME', 'PERSON', 'SCOPE', 'STATE', 'CREATED (UTC)', 'EXPIRES (UTC)', 'LAST USED (UTC)'],
          items.map((token) => [
            token.id,
            oneLine(token.name, 40),
            token.person ?? '–',
            token.scope,
            token.state,
            when(token.createdAt),
            token.expiresAt === null ? 'never' : when(token.expiresAt),
            when(token.lastUsedAt),
          ]),
        ),
  );
  return 0;
}

function revoke(io: Io, { tokens, now }: Parts, id: string): number {
  const token = tokens.revoke(id);
  if (token === null) {
    throw new CommandError(`there is no token ${oneLine(id, 80)}; pm-agent token list shows all`);
  }
  const isLast = !tokens.list().some((one) => tokenState(one, now) === 'active');
  io.out(
    [
      `Revoked ${token.id} (${describe(token)}) at ${when(token.revokedAt)} UTC; its sessions end with it.`,
      ...(isLast
        ? ['None of these tokens counts any more: make another to use the API (pm-agent token create).']
        : []),
      '',
    ].join('\n'),
  );
  return 0;
}

function describe({ name, person, scope, expiresAt }: Token): string {
  const end = expiresAt === null ? '' : `, until ${when(expiresAt)} UTC`;
  return `${name}${person === null ? '' : `, for ${person}`}, scope ${scope}${end}`;
}
