/** One page of one scope: read, what is new of it recorded, and with the last page the watermark. */
import { type FoundChange, SCOPE_KINDS, type SweepPageInput, scopeId } from '../../domain/sweep.js';
import type { SweepActivities } from '../contract.js';
import type { ActivityDeps } from '../dependencies.js';
import { withHeartbeat } from '../heartbeat.js';
import { isByOwnAccount, type OwnAccounts } from '../own-accounts.js';
import { createScopeReaders } from './index.js';

const BEAT_MS = 5_000;

/** Idempotent: what a repeated attempt finds again is there already. */
export function createSweepPage(deps: ActivityDeps, accounts: OwnAccounts): SweepActivities['sweepPage'] {
  const readers = createScopeReaders(deps);
  return (input) =>
    withHeartbeat(BEAT_MS, async () => {
      const { scope } = input;
      const { cursor, looked, changes } = await readers[scope.kind](input);
      const own = await accounts.of(SCOPE_KINDS[scope.kind]);
      const others = changes.filter(
        ({ event, actorIds }) => !isByOwnAccount(event, own) && !own.some(({ id }) => actorIds.includes(id)),
      );
      const known = await deps.knownChanges(others.map(({ event }) => event.changeKey));
      const finds = others.filter(({ event }) => !known.has(event.changeKey)).toSorted(oldestFirst);
      const mark = cursor === null ? markOf(input) : null;
      return { cursor, looked, found: await deps.mirror.recordFinds({ finds, mark }) };
    });
}

function markOf({ scope, startedAt }: SweepPageInput) {
  return { scope: scopeId(scope), watermark: startedAt, reachedBackTo: scope.since };
}

/** The inbox takes finds in this order, and the newest of a subject leads. */
function oldestFirst(left: FoundChange, right: FoundChange): number {
  return (left.event.occurredAt ?? '').localeCompare(right.event.occurredAt ?? '');
}
