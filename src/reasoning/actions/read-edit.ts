/** Reads what a person wrote in place of a proposal's payload. */
import type { Action } from '../../domain/action.js';
import { canonicalJson } from '../../domain/canonical-json.js';
import { ACTION_SCHEMAS } from './index.js';

export interface EditProblem {
  /** The member that it is about, from `payload` on; `payload` alone: the whole. */
  readonly path: readonly string[];
  readonly message: string;
}

/** Strictly as the kind's schema has it: nothing is converted. What code set in the proposal may be sent back as it was. */
export function readEdit(
  before: Action,
  payload: unknown,
): { readonly action: Action } | { readonly problems: readonly EditProblem[] } {
  const sent = before.kind === 'escalate' ? withoutRecipient(payload, before.payload.to ?? null) : payload;
  const parsed = ACTION_SCHEMAS[before.kind].safeParse({ kind: before.kind, payload: sent });
  if (parsed.success) {
    return { action: parsed.data as Action };
  }
  return {
    problems: parsed.error.issues.map(({ path, message }) => ({
      path: path.length === 0 ? ['payload'] : path.map(String),
      message,
    })),
  };
}

function withoutRecipient(payload: unknown, to: string | null): unknown {
  if (payload === null || typeof payload !== 'object' || !('to' in payload)) {
    return payload;
  }
  const { to: sent, ...rest } = payload;
  return canonicalJson(sent) === canonicalJson(to) ? rest : payload;
}
