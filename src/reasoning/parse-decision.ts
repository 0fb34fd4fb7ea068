import type { Decision } from '../domain/decision.js';
import { withoutVoid } from '../domain/grounds.js';
import { decisionSchema } from './decision-schema.js';

/** A usable decision, or what is wrong with the reply in words that the model (and a person) can act on. */
export type ParsedDecision =
  | { readonly ok: true; readonly decision: Decision; readonly voidReasons: number }
  | { readonly ok: false; readonly problems: readonly string[] };

const MAX_PROBLEMS = 10;
const PROBLEM_LIMIT = 300;

/**
 * Reads the model's reply. Nothing is guessed: text around the JSON, unknown kinds and unknown members are problems.
 * Evidence that names no known item is dropped, and a reason left without any is void.
 */
export function parseDecision(text: string, itemIds: ReadonlySet<string>): ParsedDecision {
  const json = toJson(text);
  if (json === undefined) {
    return { ok: false, problems: ['the reply is not one JSON object and nothing else'] };
  }
  const parsed = decisionSchema.safeParse(json);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) =>
      `${issue.path.join('.') || 'reply'}: ${issue.message}`.slice(0, PROBLEM_LIMIT),
    );
    return { ok: false, problems: problems.slice(0, MAX_PROBLEMS) };
  }
  const decision = withoutVoid<Decision>(parsed.data, itemIds);
  return { ok: true, decision, voidReasons: decision.voidReasons ?? 0 };
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
