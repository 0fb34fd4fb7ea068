/** What made code careful with a text that the model reads. Plain JSON: it stands in contexts and in the audit log. */
export interface Flag {
  readonly rule: FlagRuleName;
  /** `event`, or the id of a context item. */
  readonly where: string;
  /** For a person, a few words of the text at most; what cannot be seen stands as `U+…`. */
  readonly what: string;
}

export type FlagRuleName =
  | 'hidden characters'
  | 'bidirectional characters'
  | 'mixed scripts'
  | 'an invented turn'
  | 'orders to the model'
  | 'a claim of authority'
  | 'asks for secrets'
  | 'encoded orders';

/** "hidden characters in comment-20001, orders to the model in event": each once, the first of them. */
export function flagsSentence(flags: readonly Pick<Flag, 'rule' | 'where'>[]): string {
  const named = [...new Set(flags.map(({ rule, where }) => `${rule} in ${where}`))];
  const more = named.length > MOST_NAMED ? `, and ${named.length - MOST_NAMED} more` : '';
  return `${named.slice(0, MOST_NAMED).join(', ')}${more}`;
}

const MOST_NAMED = 2;
