/** What Slack's accounts are called: asked for once an hour at the most, and never waited for. */
import { log } from '@temporalio/activity';
import { cutText } from '../../domain/cut-text.js';
import { EVENT_NAME_LIMIT } from '../../domain/event.js';
import { IntegrationError } from '../../integrations/integration-error.js';
import type { Slack } from '../../integrations/slack/slack.js';

/** People change their names rarely. */
const KNOWN_MS = 60 * 60_000;
/** A workspace of more only asks more often. */
const MOST_KNOWN = 5_000;
/** After a failure that says nothing of the one who was asked for: Slack is away, or the token lacks `users:read`. */
const PAUSE_MS = 5 * 60_000;

export interface SlackNames {
  /** Null where Slack does not tell it now: nobody waits for a name. */
  of(userId: string): Promise<string | null>;
}

interface Known {
  /** Null: Slack knows nobody of this id, or shows them not to us. */
  readonly name: string | null;
  readonly at: number;
}

type Parts = { readonly slack: Pick<Slack, 'userName'>; readonly clock: () => Date };

/** Kept in memory by the process: after a restart each is asked for again. */
export function createSlackNames({ slack, clock }: Parts): SlackNames {
  const known = new Map<string, Known>();
  let silentUntil = 0;
  const keep = (userId: string, name: string | null) => {
    known.delete(userId);
    known.set(userId, { name, at: clock().getTime() });
    for (const oldest of known.keys()) {
      if (known.size <= MOST_KNOWN) {
        break;
      }
      known.delete(oldest);
    }
    return name;
  };
  return {
    async of(userId) {
      const before = known.get(userId);
      const now = clock().getTime();
      if (now < silentUntil || (before !== undefined && now - before.at < KNOWN_MS)) {
        return before?.name ?? null;
      }
      try {
        return keep(userId, plainName(await slack.userName(userId)));
      } catch (error) {
        if (!(error instanceof IntegrationError)) {
          throw error;
        }
        if (error.code === 'not_found' || error.code === 'invalid') {
          return keep(userId, null);
        }
        silentUntil = now + (error.retryAfterMs ?? PAUSE_MS);
        log.warn('Slack does not tell names now: people are shown by their ids', { error });
        return before?.name ?? null;
      }
    },
  };
}

/** One line, without what marks a mention of Slack: a name stands inside of one. Null where nothing is left. */
export function plainName(name: string): string | null {
  const plain = cutText(name.replaceAll(/[<>|\s]+/g, ' ').trim(), EVENT_NAME_LIMIT).trim();
  return plain === '' ? null : plain;
}
