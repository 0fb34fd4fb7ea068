/**
 * The six promises that hold whatever was killed, cut, filled or repeated, checked from outside: over HTTP, in the SQLite
 * files, in what the simulated vendors hold and in everything that was printed. The fault suite and the soak share it.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';

export interface Witness {
  readonly dataDir: string;
  readonly api: string;
  /** Null where no simulated vendor took part. */
  readonly sandbox: string | null;
  /** Everything that the processes printed. */
  readonly output: string;
  /** Every delivery that was answered with a 2xx. */
  readonly acknowledged: readonly { readonly eventId: string }[];
  /** Texts that nobody may ever find in a log, a row or a history. */
  readonly secrets: readonly string[];
}

/** What does not hold, one sentence each, begun by the promise's number; empty when all holds. */
export async function brokenPromises(witness: Witness): Promise<readonly string[]> {
  const inbox = open(witness.dataDir, 'inbox.db');
  const mirror = open(witness.dataDir, 'pm-agent.db');
  try {
    return [
      ...stored(inbox, witness),
      ...ended(inbox),
      ...(await once(mirror, witness)),
      ...allowed(mirror),
      ...(await explained(mirror, witness)),
      ...secret(witness),
    ];
  } finally {
    inbox?.close();
    mirror?.close();
  }
}

function open(dataDir: string, name: string): Database.Database | null {
  const file = join(dataDir, name);
  return existsSync(file) ? new Database(file, { readonly: true, timeout: 5_000 }) : null;
}

/** I1: no 2xx without a row on disk. */
function stored(inbox: Database.Database | null, { acknowledged }: Witness): readonly string[] {
  const find = inbox?.prepare<[string], number>('SELECT 1 FROM webhooks WHERE id = ?').pluck();
  return acknowledged
    .filter(({ eventId }) => find?.get(eventId) === undefined)
    .map(({ eventId }) => `I1: ${eventId} was acknowledged and is not in the inbox`);
}

/** I2: every row comes to exactly one end, and every cycle is one row's. */
function ended(inbox: Database.Database | null): readonly string[] {
  const open = inbox?.prepare<[], { id: string; status: string }>(
    `SELECT id, status FROM webhooks WHERE status IN ('received', 'started')`,
  );
  const shared = inbox?.prepare<[], { cycleId: string; rows: number }>(
    `SELECT cycle_id AS cycleId, count(*) AS rows FROM webhooks WHERE cycle_id IS NOT NULL
     GROUP BY cycle_id HAVING count(*) > 1`,
  );
  const twice = inbox?.prepare<[], { deliveryId: string }>(
    `SELECT delivery_id AS deliveryId FROM webhooks GROUP BY source, tenant, delivery_id HAVING count(*) > 1`,
  );
  return [
    ...(open?.all() ?? []).map(({ id, status }) => `I2: ${id} is still ${status}`),
    ...(shared?.all() ?? []).map(({ cycleId, rows }) => `I2: ${cycleId} belongs to ${rows} rows`),
    ...(twice?.all() ?? []).map(({ deliveryId }) => `I2: the delivery ${deliveryId} was stored twice`),
  ];
}

interface ActionRow {
  readonly id: string;
  readonly kind: string;
  readonly status: string;
  readonly verdict: string;
  readonly hash: string;
  readonly intentAt: string | null;
  readonly remoteId: string | null;
}

/** Without the tries to take one back: what they made is that nothing stands, and a person wanted it, not the policy. */
function actionsOf(mirror: Database.Database | null): readonly ActionRow[] {
  return (
    mirror
      ?.prepare<[], ActionRow>(
        `SELECT id, kind, status, verdict, hash, intent_at AS intentAt, remote_id AS remoteId FROM actions
         WHERE undoes IS NULL`,
      )
      .all() ?? []
  );
}

/** Kinds whose effect carries a mark that can be counted at the vendor. */
const MARKED = new Set(['jira.comment', 'slack.message', 'bitbucket.pr_comment']);

/**
 * I3: at most one visible effect for each action, and none that is said to be done and is not there. What another cycle
 * did for the same change (after a restore) carries that one's mark and is known by its id.
 */
async function once(mirror: Database.Database | null, { sandbox }: Witness): Promise<readonly string[]> {
  if (sandbox === null) {
    return [];
  }
  const state = await writtenByTheAgent(sandbox);
  const problems: string[] = [];
  for (const { id, kind, status, remoteId } of actionsOf(mirror).filter((action) =>
    MARKED.has(action.kind),
  )) {
    const standing = count(state, markOf(id, kind));
    if (standing > 1) {
      problems.push(`I3: ${id} stands ${standing} times`);
    }
    if (status === 'executed' && standing === 0 && !stands(state, remoteId)) {
      problems.push(`I3: ${id} is executed and stands nowhere`);
    }
  }
  return problems;
}

const AGENT_AT_BITBUCKET = '{pm-agent-uuid}';

/** What the vendors hold, without others' comments on Bitbucket: whoever quotes the agent quotes its visible mark. */
async function writtenByTheAgent(sandbox: string): Promise<string> {
  const state = (await (await fetch(`${sandbox}/_state`)).json()) as {
    readonly bitbucket?: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
  };
  const own = Object.entries(state.bitbucket ?? {}).map(([kind, records]) => [
    kind,
    records.filter((record) => !('raw' in record) || record['user'] === AGENT_AT_BITBUCKET),
  ]);
  return JSON.stringify({ ...state, bitbucket: Object.fromEntries(own) });
}

function stands(state: string, remoteId: string | null): boolean {
  return remoteId !== null && new RegExp(`"(?:id|ts)":"?${remoteId}"?[,}]`).test(state);
}

function markOf(actionId: string, kind: string): string {
  switch (kind) {
    case 'jira.comment':
      return `"actionId":${JSON.stringify(actionId)}`;
    case 'slack.message':
      return `"action_id":${JSON.stringify(actionId)}`;
    default:
      return `pm-agent:${createHash('sha256').update(actionId).digest('hex').slice(0, 12)}`;
  }
}

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}

/** I4: nothing that policy wanted to be asked happened without an approval of exactly that, decided before. */
function allowed(mirror: Database.Database | null): readonly string[] {
  const approved = mirror?.prepare<[string, string, string], number>(
    `SELECT 1 FROM approvals WHERE action_id = ? AND hash = ? AND status = 'approved' AND decided_at <= ?`,
  );
  return actionsOf(mirror)
    .filter(({ verdict, intentAt }) => verdict !== 'auto' && intentAt !== null)
    .filter(({ id, hash, intentAt }) => approved?.get(id, hash, intentAt ?? '') === undefined)
    .map(({ id, verdict }) => `I4: ${id} (${verdict}) was carried out without an approval before it`);
}

/**
 * I5: the chain is whole, and each effect has its verdict, its intent and its result in it; one whose records were lost
 * with a restore has its verdict, and where its result was taken from, or that it was found at the vendor.
 */
async function explained(mirror: Database.Database | null, { api }: Witness): Promise<readonly string[]> {
  const check = (await (await fetch(`${api}/api/audit/verify`)).json()) as { ok: boolean };
  const has = mirror
    ?.prepare<[string], number>('SELECT 1 FROM audit_log WHERE entry_key LIKE ? LIMIT 1')
    .pluck();
  const missing = actionsOf(mirror)
    .filter(({ status }) => status === 'executed')
    .flatMap(({ id }) =>
      (has?.get(`%/effect.refilled/${id}`) === undefined
        ? [
            'policy.judged',
            has?.get(`%/effect.found/${id}`) === undefined ? 'effect.intended' : 'effect.found',
            'effect.executed',
          ]
        : ['policy.judged']
      )
        .filter((kind) => has?.get(`%/${kind}/${id}%`) === undefined)
        .map((kind) => `I5: ${id} has no entry ${kind}`),
    );
  return [...(check.ok ? [] : [`I5: the chain is broken: ${JSON.stringify(check)}`]), ...missing];
}

/** Where secrets are at home. */
const KEPT_IN = new Set(['secrets.json', 'operators.db', 'operators.db-wal']);

/** I6: no secret in what was printed or in any file that is kept. */
function secret({ dataDir, output, secrets }: Witness): readonly string[] {
  const files = readdirSync(dataDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !KEPT_IN.has(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  const found = secrets.flatMap((text) => [
    ...(output.includes(text) ? ['I6: a secret was printed'] : []),
    ...files.filter((file) => holds(file, text)).map((file) => `I6: a secret stands in ${file}`),
  ]);
  return [...new Set(found)];
}

/** Databases have files beside them that come and go: one that is gone by now holds nothing. */
function holds(file: string, text: string): boolean {
  try {
    return readFileSync(file).includes(text);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return false;
    }
    throw error;
  }
}
