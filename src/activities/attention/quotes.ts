/** Words that are only repeated ask nothing: who quotes the agent does not speak to it. */
import { EVENT_TEXT_LIMIT, type PmEvent } from '../../domain/event.js';
import { isOnlyQuotes, ownWords } from '../../domain/own-words.js';
import { spokenIn } from '../../domain/spoken.js';

/** What was said was only quoted. A text that was cut may say something of its own further down. */
export function isQuoteOnly(event: PmEvent): boolean {
  const spoken = spokenIn(event);
  return spoken !== null && isWhole(spoken.text) && isOnlyQuotes(spoken.text);
}

/** Slack reports a mention wherever it stands. Does this one stand in a quote, and nowhere else? */
export function isMentionedInQuoteOnly(event: PmEvent, mention: string): boolean {
  return (
    event.type === 'app_mention' &&
    isWhole(event.text) &&
    event.text !== ownWords(event.text) &&
    !new RegExp(mention, 'iu').test(ownWords(event.text))
  );
}

function isWhole(text: string): boolean {
  return text.length < EVENT_TEXT_LIMIT;
}
