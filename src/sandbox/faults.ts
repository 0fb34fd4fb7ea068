/** Faults that a test sets: which calls or webhooks they hit, how often, and what then happens. Kept in the store, so that a restart does not heal them. */
import { LIMITS, type Limit } from './rate-limit.js';
import type { Store } from './store.js';
import { VENDORS, type Vendor } from './vendors.js';

const FAULT_KINDS = [
  'status',
  'delay',
  'cut_before',
  'cut_after',
  'rate_limit',
  'expired_token',
  'hide_markers',
  'lose_webhook',
  'mcp_lie',
  'mcp_tool',
] as const;
type FaultKind = (typeof FAULT_KINDS)[number];

/** What the MCP server says instead of the truth. */
const MCP_LIES = [
  'error_text',
  'plain_error',
  'html',
  'huge',
  'other_issue',
  'other_key',
  'other_status',
  'other_description',
  'stale',
] as const;
export type McpLie = (typeof MCP_LIES)[number];

/** What decides itself when it strikes, apart from the way that every call to a vendor takes. */
const APART: readonly FaultKind[] = ['lose_webhook', 'mcp_lie', 'mcp_tool'];

export interface Fault {
  readonly vendor: Vendor;
  /**
   * Regular expression over `METHOD path`, path below the vendor's base and without the query; for `lose_webhook` over
   * the vendor's name of the event. Null: every one.
   */
  readonly match: string | null;
  readonly kind: FaultKind;
  /** `status` only. */
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string>>;
  /** `delay`, `rate_limit` and `hide_markers` only. */
  readonly ms: number;
  /** `rate_limit` only. */
  readonly limit: Limit;
  /** `mcp_lie` only. */
  readonly lie: McpLie | null;
  /** Calls it still hits. */
  readonly times: number;
}

export interface Faults {
  add(fault: Fault): void;
  clear(): void;
  list(): Fault[];
  /**
   * The faults that hit this call, each counted as used once: at most one of each kind, the oldest first; of those that
   * decide the answer (`status`, `rate_limit`, `expired_token`, `cut_before`, `cut_after`) only the oldest.
   */
  take(vendor: Vendor, method: string, path: string): Fault[];
  /** Is a webhook of this event lost on its way? Counted as used once. */
  loses(vendor: Vendor, event: string): boolean;
  /** What the MCP server shall say now; counted as used once. Null: the truth. */
  lie(): McpLie | null;
  /** Is there a fault of this kind? Not counted: it holds until it is cleared. */
  has(kind: FaultKind): boolean;
}

interface Row {
  readonly seq: number;
  readonly rule: string;
  readonly times_left: number;
}

const DECIDES_THE_ANSWER: readonly FaultKind[] = [
  'status',
  'rate_limit',
  'expired_token',
  'cut_before',
  'cut_after',
];

/** Does this fault say how the call ends? */
export function decidesTheAnswer({ kind }: Fault): boolean {
  return DECIDES_THE_ANSWER.includes(kind);
}

/** The faults kept in this store. */
export function createFaults(store: Store): Faults {
  const insert = store.database.prepare('INSERT INTO faults (vendor, rule, times_left) VALUES (?, ?, ?)');
  const all = store.database.prepare<[], Row>('SELECT * FROM faults WHERE times_left > 0 ORDER BY seq');
  const ofVendor = store.database.prepare<[string], Row>(
    'SELECT * FROM faults WHERE vendor = ? AND times_left > 0 ORDER BY seq',
  );
  const use = store.database.prepare('UPDATE faults SET times_left = times_left - 1 WHERE seq = ?');
  return {
    add: (fault) => void insert.run(fault.vendor, JSON.stringify(fault), fault.times),
    clear: () => void store.database.exec('DELETE FROM faults'),
    list: () => all.all().map(toFault),
    take: (vendor, method, path) => {
      const taken: Fault[] = [];
      for (const row of ofVendor.all(vendor)) {
        const fault = toFault(row);
        if (APART.includes(fault.kind) || !hits(fault, `${method} ${path}`)) continue;
        if (taken.some((other) => excludes(other, fault))) continue;
        use.run(row.seq);
        taken.push(fault);
      }
      return taken;
    },
    loses: (vendor, event) => {
      const lost = ofVendor
        .all(vendor)
        .find((row) => toFault(row).kind === 'lose_webhook' && hits(toFault(row), event));
      if (lost !== undefined) use.run(lost.seq);
      return lost !== undefined;
    },
    lie: () => {
      const found = all.all().find((row) => toFault(row).kind === 'mcp_lie');
      if (found !== undefined) use.run(found.seq);
      return found === undefined ? null : toFault(found).lie;
    },
    has: (kind) => all.all().some((row) => toFault(row).kind === kind),
  };
}

function toFault(row: Row): Fault {
  return { ...(JSON.parse(row.rule) as Fault), times: row.times_left };
}

function hits(fault: Fault, what: string): boolean {
  return fault.match === null || new RegExp(fault.match).test(what);
}

function excludes(taken: Fault, other: Fault): boolean {
  return taken.kind === other.kind || (decidesTheAnswer(taken) && decidesTheAnswer(other));
}

/** Reads the body of `POST /_faults`; a string says what is wrong with it. */
export function parseFault(body: unknown): Fault | string {
  if (typeof body !== 'object' || body === null) return 'A fault is an object: {"vendor", "kind", …}.';
  const { vendor, match, kind, status, headers, ms, limit, lie, times } = body as Record<string, unknown>;
  const known = VENDORS.find((name) => name === vendor);
  if (known === undefined) return `"vendor" must be one of ${VENDORS.join(', ')}.`;
  const knownKind = FAULT_KINDS.find((name) => name === kind);
  if (knownKind === undefined) return `"kind" must be one of ${FAULT_KINDS.join(', ')}.`;
  if (match !== undefined && match !== null && !isPattern(match))
    return '"match" must be a regular expression.';
  if (knownKind === 'status' && !isIntegerIn(status, 200, 599))
    return '"status" must be a number from 200 to 599.';
  if (knownKind === 'expired_token' && known !== 'jira')
    return 'Only "jira" answers to an expired token as if it had come without one.';
  if (takesTime(knownKind) && !isIntegerIn(ms, 0, 3_600_000))
    return '"ms" must be a number from 0 to 3600000.';
  const knownLie = MCP_LIES.find((name) => name === lie) ?? null;
  if (knownKind === 'mcp_lie' && knownLie === null) return `"lie" must be one of ${MCP_LIES.join(', ')}.`;
  const knownLimit = LIMITS.find((name) => name === limit);
  if (limit !== undefined && knownLimit === undefined) return `"limit" must be one of ${LIMITS.join(', ')}.`;
  if (times !== undefined && !isIntegerIn(times, 1, 1_000_000)) return '"times" must be a number from 1 on.';
  if (headers !== undefined && (typeof headers !== 'object' || headers === null))
    return '"headers" must be an object.';
  return {
    vendor: known,
    match: typeof match === 'string' ? match : null,
    kind: knownKind,
    status: typeof status === 'number' ? status : null,
    headers: Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name, String(value)])),
    ms: typeof ms === 'number' ? ms : 0,
    limit: knownLimit ?? 'quota',
    lie: knownLie,
    times: typeof times === 'number' ? times : 1,
  };
}

function takesTime(kind: FaultKind): boolean {
  return kind === 'delay' || kind === 'rate_limit' || kind === 'hide_markers';
}

function isIntegerIn(value: unknown, from: number, to: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to;
}

function isPattern(value: unknown): value is string {
  if (typeof value !== 'string') return false;
  try {
    return new RegExp(value) instanceof RegExp;
  } catch {
    return false;
  }
}
