import type { OutgoingRequest } from '../effect.js';
import type { OutputRules } from './rule.js';
import { secretKinds, secretRefusal } from './secrets.js';
import { textsIn } from './texts-in.js';

/** The last look: no text anywhere in a request that is about to leave may hold a secret. Null where none does. */
export function requestRefusal(request: OutgoingRequest, rules: OutputRules): string | null {
  const texts = textsOf(request);
  const kinds = [...new Set(texts.flatMap((text) => secretKinds(text, rules)))];
  return kinds.length === 0 ? null : secretRefusal(kinds);
}

function textsOf({ path, body, followedBy }: OutgoingRequest): readonly string[] {
  return [path, ...textsIn(body), ...(followedBy === undefined ? [] : textsOf(followedBy))];
}
