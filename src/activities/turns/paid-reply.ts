import type { ModelReply } from '../../integrations/claude/claude.js';
import { storedReply } from '../../reasoning/read-reply.js';
import type { ActivityDeps } from '../dependencies.js';
import { readJson } from '../stored-json.js';

export interface PaidReply {
  readonly reply: Pick<ModelReply, 'stopReason' | 'text' | 'content'>;
  readonly replyHash: string;
  readonly costUsd: number;
}

/** The reply to the call of this name, where it was paid and stands in the mirror as it came. */
export async function paidReply(
  { mirror }: Pick<ActivityDeps, 'mirror'>,
  id: string,
): Promise<PaidReply | null> {
  const paid = await mirror.paidCall(id);
  const reply = paid === null ? null : storedReply(await readJson(mirror, paid.replyHash));
  return paid === null || reply === null ? null : { ...paid, reply };
}
