import { canonicalJson } from '../domain/canonical-json.js';
import type { OutputRules } from '../domain/output/rule.js';
import { configuredKinds } from '../domain/output/secrets.js';
import { textsIn } from '../domain/output/texts-in.js';
import type { ModelReply } from '../integrations/claude/claude.js';
import { WITHHELD } from '../reasoning/read-reply.js';

/**
 * A reply of the model as it is read and kept. One that holds a configured secret comes to nothing: no word of it is read, so
 * that neither the mirror, its backups, Temporal's histories nor people's screens become a place where secrets are.
 */
export function withoutSecrets(reply: ModelReply, rules: Pick<OutputRules, 'secrets'>): ModelReply {
  const kinds = secretsOf(reply, rules);
  return kinds.length === 0 ? reply : withheldReply(reply, kinds);
}

function withheldReply(reply: ModelReply, kinds: readonly string[]): ModelReply {
  const raw = { ...Object(reply.raw), content: null, withheld: kinds };
  return { ...reply, stopReason: WITHHELD, text: '', content: [], raw };
}

/** The reply itself, and what its text says once it is read: JSON can spell any character in several ways. */
function secretsOf({ raw, text }: ModelReply, rules: Pick<OutputRules, 'secrets'>): readonly string[] {
  const texts = [canonicalJson(raw), ...textsIn(raw), ...textsIn(read(text))];
  return [...new Set(texts.flatMap((one) => configuredKinds(one, rules)))];
}

function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
