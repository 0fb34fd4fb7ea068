/** What the rules on outgoing text are made of. */

/** A secret that this installation is configured with, in every form that a text could hold it. */
export interface ConfiguredSecret {
  /** The setting that holds it: what a refusal may name. */
  readonly name: string;
  /** The value itself, and its base64, hex and percent-encoded forms. */
  readonly forms: readonly string[];
}

/** What may leave, from the configuration. */
export interface OutputRules {
  /** Hosts (`host` or `host:port`) that a text may link to. */
  readonly linkHosts: readonly string[];
  /** Ids that a text may mention, as the vendors spell them, without braces: `712020:…`, `U0LEAD`, `here`. */
  readonly mentions: readonly string[];
  readonly secrets: readonly ConfiguredSecret[];
}

/** What one rule makes of a text. */
export interface Finding {
  readonly text: string;
  /** What was taken out or defused, each in a few words for a person. */
  readonly takenOut: readonly string[];
  /** Why the text must not leave at all; `text` then no longer holds what it must not. Null: it may. */
  readonly refusal: string | null;
}

export type TextRule = (text: string, rules: OutputRules) => Finding;

/** Words of others in a list of what was taken out: short, and never alive again. */
export function shortName(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
