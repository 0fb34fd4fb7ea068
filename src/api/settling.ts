/** A person says whether an effect was done of which nobody knows. The worker writes it down; this waits for that. */
import { randomUUID } from 'node:crypto';
import type { MirrorReader } from '../audit/mirror-reader.js';
import type { ActionsTable } from '../audit/schema.js';
import { actorOf, type Decider } from '../domain/approval.js';
import { type Finding, SETTLED_NOTE, type Settlement } from '../domain/settlement.js';
import type { Inbox } from '../inbox/inbox.js';
import { awaitAction, type Patience } from './await-action.js';
import { HttpError, notFound } from './http-error.js';

export interface SettlingDeps {
  readonly inbox: Pick<Inbox, 'saveNote'>;
  readonly mirror: Pick<MirrorReader, 'getAction' | 'unknownEffects'>;
  readonly clock: () => Date;
  readonly patience?: Patience;
}

export interface Settling {
  /** What waits to be settled, the oldest first, and how many there are. */
  open(): { readonly count: number; readonly items: readonly ActionsTable[] };
  /** The action as it stands then; null where no worker has taken it over yet. Throws `HttpError` 404, 409. */
  settle(
    actionId: string,
    found: Finding,
    by: Decider,
    reason: string | undefined,
  ): Promise<ActionsTable | null>;
}

const PATIENCE = { waitMs: 10_000, everyMs: 100 };
const SHOWN = 100;

export function createSettling({ inbox, mirror, clock, patience = PATIENCE }: SettlingDeps): Settling {
  return {
    open: () => mirror.unknownEffects(SHOWN),
    async settle(actionId, found, by, reason) {
      const action = mirror.getAction(actionId);
      if (action === null) {
        throw notFound(`action ${actionId}`);
      }
      assertUnknown(action);
      const why = reason ?? null;
      const data: Settlement = { actionId, found, by: by.id, byName: by.name, why };
      await inbox.saveNote({
        id: randomUUID(),
        at: clock().toISOString(),
        cycleId: action.cycle_id,
        kind: SETTLED_NOTE,
        actor: actorOf(by),
        data: { ...data },
      });
      const settled = await awaitAction(mirror, actionId, patience, ({ status }) => status !== 'unknown');
      if (settled !== null && !isFound(settled, found)) {
        throw new HttpError(
          409,
          'settled_otherwise',
          `${actionId} was settled by another: it is ${settled.status}`,
        );
      }
      return settled;
    },
  };
}

function assertUnknown({ id, status }: ActionsTable): void {
  if (status !== 'unknown') {
    throw new HttpError(409, 'not_unknown', `${id} is ${status}: only what is unknown can be settled`);
  }
}

/** What was done can have been taken back meanwhile. */
function isFound({ status }: ActionsTable, found: Finding): boolean {
  return found === 'done' ? status === 'executed' || status === 'undone' : status === 'failed';
}
