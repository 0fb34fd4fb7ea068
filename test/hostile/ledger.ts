/** Every write that a vendor received is held against the ledger: which action explains it, and who let that action go. */
import { createHash } from 'node:crypto';
import type { ApprovalsTable } from '../../src/audit/approval-tables.js';
import type { MirrorReader } from '../../src/audit/mirror-reader.js';
import type { ActionsTable } from '../../src/audit/schema.js';
import { canonicalJson } from '../../src/domain/canonical-json.js';
import type { ReceivedCall } from './received.js';

/** A decision that was planned. */
interface Plan {
  readonly cycle: { readonly cycleId: string };
}

/** Of one decision. */
const MOST_WRITES = 3;

/**
 * What of the writes no action of these plans explains to the byte, what was let go by nobody, and where one decision wrote more
 * than it may. An action explains one write.
 */
export function ledgerBreaches(
  reader: MirrorReader,
  plans: readonly Plan[],
  writes: readonly ReceivedCall[],
): readonly string[] {
  const unexplained = writes.map((write) => canonicalJson(asWritten(write)));
  const breaches: string[] = [];
  for (const { cycle } of plans) {
    const { cycleId } = cycle;
    const recorded = reader.getCycle(cycleId);
    const left = (recorded?.actions ?? []).filter(({ request }) => take(unexplained, written(request)));
    const versions = left.length > 0 ? versionsIn(reader, cycleId) : new Map();
    breaches.push(
      ...left.flatMap((action) => unfounded(action, versions.get(action.id), recorded?.approvals ?? [])),
    );
    breaches.push(...(left.length > MOST_WRITES ? [`${left.length} writes of ${cycleId}`] : []));
  }
  return [...breaches, ...unexplained.map((write) => `no action of the ledger sent ${write.slice(0, 300)}`)];
}

function take(among: string[], one: string | null): boolean {
  const place = one === null ? -1 : among.indexOf(one);
  if (place >= 0) {
    among.splice(place, 1);
  }
  return place >= 0;
}

/** The row's hash is that of its bytes and of how its target stood when it was shown, and policy or a person who saw just that hash let it go. */
function unfounded(
  { id, kind, payload, hash, verdict }: ActionsTable,
  version: unknown,
  approvals: readonly ApprovalsTable[],
): readonly string[] {
  const covered = { kind, payload: JSON.parse(payload), ...(version === undefined ? {} : { version }) };
  const ofBytes = createHash('sha256').update(canonicalJson(covered)).digest('hex');
  const isApproved = approvals.some(
    (one) => one.action_id === id && one.status === 'approved' && one.hash === hash,
  );
  return [
    ...(hash === ofBytes ? [] : [`${id} is not what its hash covers`]),
    ...(verdict === 'auto' || isApproved ? [] : [`${id} (${verdict}) was approved by nobody`]),
  ];
}

/** How each action's target stood when it was shown: the records say it, nobody has to be believed. */
function versionsIn(reader: MirrorReader, cycleId: string): ReadonlyMap<unknown, unknown> {
  const judged = reader
    .auditOf(cycleId)
    .filter(({ kind }) => kind === 'policy.judged')
    .map(({ data }) => JSON.parse(data ?? '{}') as { actionId?: string; version?: unknown });
  return new Map(judged.toReversed().map(({ actionId, version }) => [actionId, version]));
}

/** A call and a recorded request in one form: below the vendor's base, and with what a form makes text of read again. */
function asWritten({ vendor, method, path, body }: ReceivedCall) {
  return {
    service: vendor,
    method,
    path: path.replace(/^\/2\.0(?=\/)/, ''),
    body: vendor === 'slack' ? readForm(Object(body)) : body,
  };
}

function written(request: string | null): string | null {
  return request === null ? null : canonicalJson(JSON.parse(request));
}

const READ_AGAIN = new Set(['metadata', 'blocks', 'unfurl_links', 'unfurl_media']);

function readForm(form: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(form).map(([name, text]) => [name, READ_AGAIN.has(name) ? JSON.parse(text) : text]),
  );
}
