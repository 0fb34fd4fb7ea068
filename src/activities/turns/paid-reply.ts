import type { ModelReply } from '../../integrations/claude/claude.js';
import type { Prompt } from '../../reasoning/prompt.js';
import { storedReply, WITHHELD } from '../../reasoning/read-reply.js';
import type { ActivityDeps } from '../dependencies.js';
import { readJson } from '../stored-json.js';

export interface PaidReply {
  readonly reply: Pick<ModelReply, 'stopReason' | 'text' | 'content'>;
  readonly replyHash: string;
  readonly costUsd: number;
  /** Under whose words it was asked. */
  readonly prompt: Pick<Prompt, 'id' | 'version'>;
}

/** The reply to the call of this name, where it was paid and stands in the mirror as it came, or was withheld there. */
export async function paidReply(
  { mirror }: { readonly mirror: Pick<ActivityDeps['mirror'], 'paidCall' | 'getBlob'> },
  id: string,
): Promise<PaidReply | null> {
  const paid = await mirror.paidCall(id);
  const raw = paid === null ? null : await readJson(mirror, paid.replyHash);
  const reply = isWithheld(raw) ? { stopReason: WITHHELD, text: '', content: [] } : storedReply(raw);
  if (paid === null || reply === null) {
    return null;
  }
  const { replyHash, costUsd, promptId, promptVersion } = paid;
  return { reply, replyHash, costUsd, prompt: { id: promptId, version: promptVersion } };
}

function isWithheld(raw: unknown): boolean {
  return (Object(raw) as Record<string, unknown>)[WITHHELD] !== undefined;
}
