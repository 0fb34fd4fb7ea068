/** Which of our own effects a comment or message is, or may be. */
import type { EffectQuery } from '../domain/effect-query.js';
import type { EffectRow } from './effects.js';
import type { Writing } from './writing.js';

/**
 * The effect with the id of what was said, and those on its place that left and whose id is not known yet: in one
 * statement, so that none is missed while its id is being recorded. Ids of comments are unique at their vendor, a
 * message's ts is so in its channel; an escalation names a person, and its message stands in a channel of theirs.
 */
export async function effectsLike(
  { db }: Pick<Writing, 'db'>,
  { kinds, remoteId, targets }: EffectQuery,
): Promise<readonly EffectRow[]> {
  return db
    .selectFrom('actions')
    .select(['id', 'kind', 'payload', 'remote_id as remoteId'])
    .where('kind', 'in', [...kinds])
    .where((is) =>
      is.or([
        is.and([
          is('remote_id', '=', remoteId),
          is.or([is('kind', '!=', 'slack.message'), is('target', 'in', [...targets])]),
        ]),
        is.and([
          is('target', 'in', [...targets]),
          is('remote_id', 'is', null),
          is('last_intent_at', 'is not', null),
        ]),
      ]),
    )
    .execute();
}

/** It replied there, or one of its messages opened it. */
export async function postedInThread(
  { db }: Pick<Writing, 'db'>,
  channel: string,
  threadTs: string,
): Promise<boolean> {
  const found = await db
    .selectFrom('actions')
    .select('id')
    .where('kind', 'in', ['slack.message', 'escalate'])
    .where('status', '=', 'executed')
    .where((is) =>
      is.or([
        is('target', '=', `slack:${channel}/${threadTs}`),
        is.and([is('target', '=', `slack:${channel}`), is('remote_id', '=', threadTs)]),
      ]),
    )
    .executeTakeFirst();
  return found !== undefined;
}
