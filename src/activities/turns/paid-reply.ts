import type { ModelReply } from '../../integrations/claude/claude.js';
import { storedReply, WITHHELD } from '../../reasoning/read-reply.js';
import type { ActivityDeps } from '../dependencies.js';
import { readJson } from '../stored-json.js';

export interface PaidReply {
  readonly reply: Pick<ModelReply, 'stopReason' | 'text' | 'content'>;
  readonly replyHash: string;
  readonly costUsd: number;
}

/** The reply to the call of this name, where it was paid and stands in the mirror as it came, or was withheld there. */
export async function paidReply(
  { mirror }: Pick<ActivityDeps, 'mirror'>,
  id: string,
): Promise<PaidReply | null> {
  const paid = await mirror.paidCall(id);
  const raw = paid === null ? null : await readJson(mirror, paid.replyHash);
  const reply = isWithheld(raw) ? { stopReason: WITHHELD, text: '', content: [] } : storedReply(raw);
  return paid === null || reply === null ? null : { ...paid, reply };
}

function isWithheld(raw: unknown): boolean {
  return (Object(raw) as Record<string, unknown>)[WITHHELD] !== undefined;
}
