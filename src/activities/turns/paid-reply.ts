import type { ModelReply } from '../../integrations/claude/claude.js';
import { storedReply } from '../../reasoning/read-reply.js';
import type { ActivityDeps } from '../dependencies.js';

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
  const blob = paid === null ? null : await mirror.getBlob(paid.replyHash);
  const reply = blob === null ? null : storedReply(JSON.parse(blob.toString('utf8')));
  return paid === null || reply === null ? null : { ...paid, reply };
}
