import type { ConfiguredSecret, Finding, OutputRules, TextRule } from './rule.js';
import { SECRET_SHAPES } from './secret-shapes.js';

/** Shorter values are words that people write; a secret so short protects nothing anyway. */
const SHORTEST_VALUE = 8;
/** From this length on a value is found also where other characters stand between its own. */
const SHORTEST_SCATTERED = 16;

/**
 * A text with a secret in it never leaves: the shapes of known credentials, and the exact values of the configured ones,
 * also encoded or with markup strewn in. The refusal names the kind, never the value; the text comes back without it.
 */
export const secrets: TextRule = (text, rules) => {
  const found: string[] = [];
  let clean = text;
  for (const [kind, piece] of secretsIn(text, rules)) {
    found.push(kind);
    clean = piece === null ? `[${kind}, withheld]` : clean.replaceAll(piece, `[${kind}, withheld]`);
  }
  return finding(clean, [...new Set(found)]);
};

function finding(text: string, kinds: readonly string[]): Finding {
  return { text, takenOut: kinds, refusal: kinds.length === 0 ? null : secretRefusal(kinds) };
}

/** The sentence that refuses a text or a request with secrets of these kinds in it. */
export function secretRefusal(kinds: readonly string[]): string {
  return `the text holds ${kinds.join(' and ')}; nothing with a secret in it is sent. If it is a real one, replace it where it is used: it stood where the agent reads`;
}

/** What kinds of secrets a text holds: what the last look at a request asks. */
export function secretKinds(text: string, rules: Pick<OutputRules, 'secrets'>): readonly string[] {
  return [...new Set(secretsIn(text, rules).map(([kind]) => kind))];
}

/** Which configured values a text holds, each in words; what only looks like a secret is none of them. */
export function configuredKinds(text: string, rules: Pick<OutputRules, 'secrets'>): readonly string[] {
  return [...new Set(configured(text, rules.secrets).map(([kind]) => kind))];
}

/** The pieces of text to take out; null where the secret stands there only in parts. */
type Found = readonly [kind: string, piece: string | null];

function secretsIn(text: string, rules: Pick<OutputRules, 'secrets'>): readonly Found[] {
  const exact: Found[] = [...configured(text, rules.secrets), ...shaped(text)];
  return exact.length > 0 ? exact : scattered(text, rules.secrets);
}

function configured(text: string, values: readonly ConfiguredSecret[]): readonly Found[] {
  return values.flatMap(({ name, forms }) =>
    forms
      .filter((form) => form.length >= SHORTEST_VALUE && text.includes(form))
      .map((form): Found => [valueOf(name), form]),
  );
}

function valueOf(name: string): string {
  return `the value of ${name}`;
}

function shaped(text: string): readonly Found[] {
  return SECRET_SHAPES.flatMap(([kind, shape]) =>
    [...text.matchAll(shape)].map(([piece]): Found => [kind, piece]),
  );
}

/** With markup, spaces or line breaks between its characters, a secret is still one to whoever reads it. */
function scattered(text: string, values: readonly ConfiguredSecret[]): readonly Found[] {
  const plain = text.replace(/[\\*~`]/g, '');
  const letters = bare(text);
  return [
    ...(plain === text ? [] : shaped(plain)).map(([kind]): Found => [kind, null]),
    ...values
      .filter(({ forms }) =>
        forms.map(bare).some((form) => form.length >= SHORTEST_SCATTERED && letters.includes(form)),
      )
      .map(({ name }): Found => [valueOf(name), null]),
  ];
}

function bare(text: string): string {
  return text.replace(/[^A-Za-z0-9]/g, '');
}
