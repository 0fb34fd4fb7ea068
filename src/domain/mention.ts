/** How an account of the agent is called and known at one vendor. */
export interface OwnAccount {
  readonly id: string;
  readonly name: string;
}

/**
 * Source of a regular expression (flags `iu`) for everything by which these names and accounts are mentioned:
 * `@PM Agent`, `@pm-agent`, `@[PM Agent]`, Slack's `<@U…>`, Jira's `[~accountid:…]` and `@<id>`, Bitbucket's `@{uuid}`.
 * Without a name or account it matches nothing.
 */
export function mentionPattern(names: readonly string[], accounts: readonly OwnAccount[]): string {
  const called = [...new Set([...names, ...accounts.map((account) => account.name)])]
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .map(
      (name) =>
        `@\\[?${name
          .split(/[\s_-]+/)
          .map(escaped)
          .join(String.raw`[\s_-]*`)}\\]?${END}`,
    );
  const known = accounts
    .map((account) => account.id)
    .filter((id) => id !== '')
    .map(escaped)
    .flatMap((id) => [`<@${id}(?:\\|[^>\\n]*)?>`, `\\[~(?:accountid:)?${id}\\]`, `@\\{?${id}\\}?${END}`]);
  const all = [...called, ...known];
  return all.length === 0 ? '(?!)' : `(?:${all.join('|')})`;
}

/** A longer name or id is somebody else's. */
const END = String.raw`(?![\p{L}\p{N}_-])`;

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
}
