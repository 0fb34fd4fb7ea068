import { canonicalJson } from '../domain/canonical-json.js';
import type { OutputRules } from '../domain/output/rule.js';
import { configuredKinds } from '../domain/output/secrets.js';

/**
 * A reply of the model as the mirror keeps it. The content of one that holds a configured secret is withheld: neither the
 * mirror nor any backup of it becomes a place where secrets are.
 */
export function keptReply(raw: unknown, rules: Pick<OutputRules, 'secrets'>): unknown {
  const kinds = configuredKinds(canonicalJson(raw), rules);
  return kinds.length === 0 ? raw : { ...Object(raw), content: null, withheld: kinds };
}
