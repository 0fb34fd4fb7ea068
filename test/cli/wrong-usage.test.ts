/** Whatever makes no sense on the command line exits 2, names what was given and says what is allowed; nothing is asked before. */
import { describe, expect, test } from '@jest/globals';
import { Command } from 'commander';
import { approvalShape } from '../../src/api/views/approval-view.js';
import { cycleShape } from '../../src/api/views/cycle-view.js';
import { eventShape } from '../../src/api/views/event-view.js';
import { COMMANDS } from '../../src/cli/index.js';
import { APPROVAL_STATUSES } from '../../src/domain/approval.js';
import { CYCLE_STATUSES } from '../../src/domain/cycle.js';
import { EVENT_ORIGINS, EVENT_STATUSES } from '../../src/domain/stored-event.js';
import { pmAgent } from './support.js';

/** Whoever asks there is not answered, and exits 1. */
const NOBODY = { PM_AGENT_URL: 'http://127.0.0.1:1' };

interface Leaf {
  readonly name: string;
  readonly command: Command;
}

const program = new Command('pm-agent');
for (const register of COMMANDS) {
  register(program, async () => undefined);
}

function leavesOf(command: Command, path: readonly string[] = []): readonly Leaf[] {
  return command.commands.flatMap((one) => {
    const own = [...path, one.name()];
    return one.commands.length === 0 ? [{ name: own.join(' '), command: one }] : leavesOf(one, own);
  });
}

const LEAVES = leavesOf(program);
const GROUPS = program.commands.filter(({ commands }) => commands.length > 0).map((one) => one.name());

const VALUES: Readonly<Record<string, string>> = { source: 'jira', kind: 'jira.comment' };
const NEEDED_OPTIONS: Readonly<Record<string, readonly string[]>> = {
  reject: ['--reason', 'no'],
  'token create': ['--name', 'x'],
};

/** A command as it is right, as far as it has to be. */
function rightly({ name, command }: Leaf): readonly string[] {
  const needed = command.registeredArguments.filter(({ required }) => required);
  return [
    ...name.split(' '),
    ...needed.map((one) => VALUES[one.name()] ?? 'x'),
    ...(NEEDED_OPTIONS[name] ?? []),
  ];
}

const DAY_OR_TIME = 'Write a day or a time with its zone';
const WORDS = 'Write 1 to 2000 characters';
const LIMIT = 'Write a whole number from 1 to 500.';
const DAYS = 'Write a whole number from 1 to 400.';
const SOURCES = 'Write one of jira, bitbucket, slack.';
const TOO_LONG = 'x'.repeat(2_001);
const numbers = (most: number) => ['0', '-1', String(most + 1), '1.5', 'many', '', ' ', '1e2', '0x10'];

/** What an option does not take, and what it says of that. */
const WRONG: Readonly<Record<string, readonly [values: readonly string[], allowed: string]>> = {
  'cycles --status': [['lost', ''], 'Write one of queued, running, awaiting_approval'],
  'cycles --source': [['gitlab', 'Jira', ''], SOURCES],
  'cycles --since': [['yesterday', '5', '2026-13-01', '2026-11-01T10:00', ''], DAY_OR_TIME],
  'cycles --limit': [numbers(500), LIMIT],
  'events list --status': [['lost', ''], 'Write one of received, started, processed'],
  'events list --source': [['gitlab', ''], SOURCES],
  'events list --origin': [['mail', ''], 'Write one of webhook, reconcile.'],
  'events list --limit': [numbers(500), LIMIT],
  'events release --reason': [['', ' ', TOO_LONG], WORDS],
  'events retry --reason': [['', TOO_LONG], WORDS],
  'approvals --status': [['open', ''], 'Write one of pending, approved, rejected'],
  'approvals --limit': [numbers(500), LIMIT],
  'approve --hash': [['', '0badcaf', 'HASH-OF-IT'], 'Write eight characters or more of the hash'],
  'approve --note': [['', TOO_LONG], WORDS],
  'reject --reason': [['', ' ', TOO_LONG], WORDS],
  'take-over --reason': [['', TOO_LONG], WORDS],
  'snooze --until': [['tomorrow', '5', '2026-12-01T09:00', ''], DAY_OR_TIME],
  'snooze --for': [['2 hours', '0', '0s', '-1h', '999999999d', ''], 'Write a duration like'],
  'settle --reason': [['', TOO_LONG], WORDS],
  'pause --reason': [['', TOO_LONG], WORDS],
  'resume --reason': [['', TOO_LONG], WORDS],
  'autonomy promote --reason': [['', TOO_LONG], WORDS],
  'autonomy demote --reason': [['', TOO_LONG], WORDS],
  'declined --days': [numbers(400), DAYS],
  'oversight --days': [numbers(400), DAYS],
  'shadow --since': [['last week', ''], DAY_OR_TIME],
  'shadow --window': [numbers(30), 'Write a whole number from 1 to 30.'],
  'replay --last': [numbers(500), LIMIT],
  'replay --max-changed': [['-1', '101', 'all', '', '1e1'], 'Write a number from 0 to 100.'],
  'replay --model': [['', 'm'.repeat(101)], 'Write 1 to 100 characters'],
  'eval --model': [['', 'm'.repeat(101)], 'Write 1 to 100 characters'],
  'show --blob': [['', 'xyz', 'ABC'], 'Write the beginning of a hash'],
  'token create --scope': [['root', ''], 'Allowed choices are read, decide, admin'],
  'token create --expires': [['soon', '0', '999999999d', ''], 'Write a duration like'],
};

/** They take any text: a name, a place, or what only the API or a file can tell. Held against what they name elsewhere. */
const ANY_TEXT = [
  'approvals --cursor',
  'approve --payload',
  'backup --to',
  'cycles --cursor',
  'cycles --subject',
  'eval --family',
  'eval --prompt',
  'eval --thresholds',
  'events list --cursor',
  'events list --subject',
  'policy explain --config',
  'replay --prompt',
  'send --delivery',
  'send --event',
  'token create --name',
  'token create --person',
];

const leafOf = (name: string) => LEAVES.find((leaf) => leaf.name === name)!;

test('every option that takes a value is in one of these tables', () => {
  const taking = LEAVES.flatMap(({ name, command }) =>
    command.options.filter((one) => one.required || one.optional).map((one) => `${name} ${one.long}`),
  );

  expect([...Object.keys(WRONG), ...ANY_TEXT].sort()).toEqual([...taking].sort());
});

test('statuses and origins are those of the API', () => {
  expect([CYCLE_STATUSES, APPROVAL_STATUSES, EVENT_STATUSES, EVENT_ORIGINS]).toEqual([
    cycleShape.shape.status.options,
    approvalShape.shape.status.options,
    eventShape.shape.status.options,
    eventShape.shape.origin.options,
  ]);
});

const VALUES_OF_OPTIONS = Object.entries(WRONG).flatMap(([option, [values, allowed]]) =>
  values.map((value) => [option, value.slice(0, 20), value, allowed] as const),
);

test.each(VALUES_OF_OPTIONS)(
  '%s %j is wrong usage, and says what is allowed',
  async (option, _shown, value, allowed) => {
    const [flag = ''] = option.split(' ').slice(-1);
    const args = [...rightly(leafOf(option.slice(0, -flag.length - 1))), `${flag}=${value}`];

    const { code, out, err } = await pmAgent(args, NOBODY);

    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(`option '${flag} <`);
    expect(err).toContain(`argument '${value}' is invalid`);
    expect(err).toContain(allowed);
  },
);

describe.each(LEAVES)('$name', (leaf) => {
  const wrong = async (args: readonly string[]) => {
    const { code, out, err } = await pmAgent(args, NOBODY);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).not.toMatch(/\n\s+at /);
    return err;
  };

  test('with an option that it does not know', async () => {
    expect(await wrong([...rightly(leaf), '--colour'])).toContain("unknown option '--colour'");
  });

  test('with an argument too many', async () => {
    const given = leaf.command.registeredArguments.map((one) => VALUES[one.name()] ?? 'x');
    const args = [...leaf.name.split(' '), ...given, ...(NEEDED_OPTIONS[leaf.name] ?? []), 'besides'];

    expect(await wrong(args)).toContain('too many arguments');
  });
});

const NEEDY = LEAVES.filter(
  ({ name, command }) =>
    command.registeredArguments.some(({ required }) => required) || name in NEEDED_OPTIONS,
);

test.each(NEEDY)('$name without what it needs', async ({ name }) => {
  const { code, err } = await pmAgent(name.split(' '), NOBODY);

  expect(code).toBe(2);
  expect(err).toMatch(/missing required argument|required option/);
});

test.each(GROUPS)('%s without, or with an unknown command of its own', async (group) => {
  expect((await pmAgent([group], NOBODY)).code).toBe(2);
  expect(await pmAgent([group, 'fly'], NOBODY)).toMatchObject({
    code: 2,
    err: expect.stringContaining("unknown command 'fly'"),
  });
});

test.each<[readonly string[], string]>([
  [['send', 'gitlab', 'file.json'], 'Allowed choices are jira, bitbucket, slack'],
  [['autonomy', 'promote', 'jira.dance'], 'Write one of jira.comment'],
  [['autonomy', 'demote', ''], 'Write one of jira.comment'],
  [['ask', 'ap1', ' '], WORDS],
  [['approve', 'ap1', '--payload', '{', '--edit'], '--payload and --edit say the same twice'],
  [['approve', 'ap1', '--payload', '{'], '--payload: not JSON'],
  [['approve', 'ap1', '--payload', '[]'], '--payload: not a JSON object'],
  [['snooze', 'ap1'], 'give --until with a time like 2026-12-01T09:00:00Z, or --for with a duration like 2h'],
  [['snooze', 'ap1', '--for', '2h', '--until', '2126-12-01'], 'one of them'],
  [['settle', '--done'], 'name the action of which you say that'],
  [['settle', 'cycle-1.a1'], 'say what you found of cycle-1.a1: --done or --not-done'],
])('%j says what to give', async (args, words) => {
  const { code, err } = await pmAgent(args, NOBODY);

  expect(code).toBe(2);
  expect(err).toContain(words);
});
