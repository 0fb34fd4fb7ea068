/** Slack's `>>>` quotes everything up to the end of a message. Only Slack escapes it like this. */
const QUOTED_REST = /^[ \t]*(?:&gt;){3}[\s\S]*/m;
const QUOTED_BLOCK = /\{quote(?::[^}\n]*)?\}[\s\S]*?(?:\{quote\}|$)/gi;
const QUOTED_LINE = /^\s*(?:>|&gt;|bq\.\s)/;

/**
 * What a text says itself, without what it quotes: lines that begin with `>` (Markdown; Jira's rich text comes as such),
 * Slack's `&gt;` and `&gt;&gt;&gt;`, and wiki markup's `bq.` and `{quote}`, an unclosed one up to the end. Total; what
 * holds no quote comes back as it is, with its line ends as `\n`.
 */
export function ownWords(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(QUOTED_BLOCK, '\n')
    .replace(QUOTED_REST, '')
    .split('\n')
    .filter((line) => !QUOTED_LINE.test(line))
    .join('\n');
}

/** Does a text say nothing of its own although it holds something? */
export function isOnlyQuotes(text: string): boolean {
  return text.trim() !== '' && ownWords(text).trim() === '';
}
