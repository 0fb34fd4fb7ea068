/** Pieces of text as Block Kit takes them. */
import type { ContextBlock, PlainTextElement, RichTextBlock, SectionBlock } from '@slack/types';

/** Slack turns `:name:` of plain text into pictures unless it is told not to; what people wrote stays as it is. */
export function plain(text: string, limit: number): PlainTextElement {
  return { type: 'plain_text', text: cut(text, limit), emoji: false };
}

/** At most `limit` UTF-16 units, never half a character. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) {
    return text;
  }
  const kept = text.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/, '');
  return `${kept}…`;
}

/** A time in each reader's own zone (docs.slack.dev, "Date formatting"); in UTC where a client cannot. */
export function readerDate(iso: string): string {
  const seconds = Math.floor(Date.parse(iso) / 1_000);
  return `<!date^${seconds}^{date_short_pretty} {time}|${iso.slice(0, 16).replace('T', ' ')} UTC>`;
}

/** Words character by character: rich text parses neither marks nor links nor names. */
export function quote(text: string): RichTextBlock {
  return { type: 'rich_text', elements: [{ type: 'rich_text_quote', elements: [{ type: 'text', text }] }] };
}

/**
 * A part of a message, shown in full. `verbatim`: Slack makes no link, channel or name of its own out of plain words, as
 * `parse: none` tells it for the text.
 */
export function section(mrkdwn: string): SectionBlock {
  return { type: 'section', text: { type: 'mrkdwn', text: mrkdwn, verbatim: true }, expand: true };
}

/** A small line below what it is about. Foreign words in it are escaped already. */
export function context(mrkdwn: string): ContextBlock {
  return { type: 'context', elements: [{ type: 'mrkdwn', text: mrkdwn }] };
}
