/** A small part of JQL: comparisons joined by AND, OR, NOT and parentheses, then ORDER BY. */

export interface Comparison {
  readonly kind: 'comparison';
  /** Lower case. */
  readonly field: string;
  readonly operator: Operator;
  /** Function calls keep their parentheses: `openSprints()`. Empty for `is EMPTY`. */
  readonly values: readonly string[];
}

export type Clause =
  | Comparison
  | { readonly kind: 'and' | 'or'; readonly clauses: readonly Clause[] }
  | { readonly kind: 'not'; readonly clause: Clause };

export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=' | '~' | '!~' | 'in' | 'not in' | 'is' | 'is not';

export interface Jql {
  /** Null: every issue. */
  readonly where: Clause | null;
  readonly orderBy: readonly { readonly field: string; readonly descending: boolean }[];
}

/** What Jira says about a query that it cannot read. */
export class JqlError extends Error {
  override readonly name = 'JqlError';
}

const TOKEN = /\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(!=|<=|>=|!~|[=<>~(),])|([^\s=<>~!(),"']+))/y;

interface Token {
  readonly text: string;
  readonly quoted: boolean;
}

/** Throws JqlError. */
export function parseJql(jql: string): Jql {
  const tokens = new Tokens(jql);
  const where = tokens.isDone() || tokens.peekWord() === 'order' ? null : either(tokens);
  const orderBy: { field: string; descending: boolean }[] = [];
  if (tokens.takeWord('order')) {
    tokens.expectWord('by');
    do orderBy.push(order(tokens));
    while (tokens.takeWord(','));
  }
  if (!tokens.isDone()) throw tokens.problem();
  return { where, orderBy };
}

class Tokens {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(jql: string) {
    this.#tokens = tokenize(jql);
  }

  isDone(): boolean {
    return this.#at >= this.#tokens.length;
  }

  /** Lower case; empty at the end or for a quoted text. */
  peekWord(): string {
    const token = this.#tokens[this.#at];
    return token === undefined || token.quoted ? '' : token.text.toLowerCase();
  }

  takeWord(word: string): boolean {
    if (this.peekWord() !== word) return false;
    this.#at += 1;
    return true;
  }

  expectWord(word: string): void {
    if (!this.takeWord(word)) throw this.problem();
  }

  take(): string {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw this.problem();
    this.#at += 1;
    return token.text;
  }

  problem(): JqlError {
    const token = this.#tokens[this.#at];
    return token === undefined
      ? new JqlError('Error in the JQL Query: The query ended before it was complete.')
      : new JqlError(`Error in the JQL Query: Did not expect '${token.text}' here.`);
  }
}

function tokenize(jql: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (jql.slice(TOKEN.lastIndex).trim() !== '') {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(jql);
    if (match === null) {
      throw new JqlError(`Error in the JQL Query: The character at position ${at + 1} cannot be read.`);
    }
    const quoted = match[1] ?? match[2];
    const text = quoted?.replaceAll(/\\(.)/g, '$1') ?? match[3] ?? match[4] ?? '';
    tokens.push({ text, quoted: quoted !== undefined });
  }
  return tokens;
}

function either(tokens: Tokens): Clause {
  const clauses = [both(tokens)];
  while (tokens.takeWord('or')) clauses.push(both(tokens));
  return clauses.length === 1 && clauses[0] !== undefined ? clauses[0] : { kind: 'or', clauses };
}

function both(tokens: Tokens): Clause {
  const clauses = [one(tokens)];
  while (tokens.takeWord('and')) clauses.push(one(tokens));
  return clauses.length === 1 && clauses[0] !== undefined ? clauses[0] : { kind: 'and', clauses };
}

function one(tokens: Tokens): Clause {
  if (tokens.takeWord('not')) return { kind: 'not', clause: one(tokens) };
  if (tokens.takeWord('(')) {
    const clause = either(tokens);
    tokens.expectWord(')');
    return clause;
  }
  const field = tokens.take().toLowerCase();
  const operator = takeOperator(tokens);
  return { kind: 'comparison', field, operator, values: takeValues(tokens, operator) };
}

function takeOperator(tokens: Tokens): Operator {
  for (const symbol of ['=', '!=', '<', '<=', '>', '>=', '~', '!~', 'in'] as const) {
    if (tokens.takeWord(symbol)) return symbol;
  }
  if (tokens.takeWord('not')) {
    tokens.expectWord('in');
    return 'not in';
  }
  tokens.expectWord('is');
  return tokens.takeWord('not') ? 'is not' : 'is';
}

function takeValues(tokens: Tokens, operator: Operator): string[] {
  if (operator === 'is' || operator === 'is not') {
    if (!tokens.takeWord('empty')) tokens.expectWord('null');
    return [];
  }
  if ((operator === 'in' || operator === 'not in') && tokens.takeWord('(')) {
    const values = [takeValue(tokens)];
    while (tokens.takeWord(',')) values.push(takeValue(tokens));
    tokens.expectWord(')');
    return values;
  }
  return [takeValue(tokens)];
}

/** A word, a text, or a function call. */
function takeValue(tokens: Tokens): string {
  const value = tokens.take();
  if (!tokens.takeWord('(')) return value;
  tokens.expectWord(')');
  return `${value}()`;
}

function order(tokens: Tokens): { field: string; descending: boolean } {
  const field = tokens.take().toLowerCase();
  const descending = tokens.takeWord('desc');
  if (!descending) tokens.takeWord('asc');
  return { field, descending };
}
