/** `mute` and `unmute`, said to the agent: read by code from a text's own words, never by the model. */
import type { EventType, PmEvent } from './event.js';
import { ownWords } from './own-words.js';
import { spokenIn } from './spoken.js';

export type MuteCommand = 'mute' | 'unmute';

/** Words that may stand beside the command without changing it. */
const FILLER = String.raw`(?:please|pls|now|here|this|it|yourself|the|issue|ticket|pull\s+request|pr|thread|conversation|thanks?|thank\s+you)`;
const COMMAND = String.raw`(?:${FILLER}[\s,]+)*(mute|unmute)(?:[\s,]+${FILLER})*[\s.!*_~]*`;
/** Marks of emphasis and the comma or colon behind a name. */
const MARKS = String.raw`[\s*_~,:;.–—-]*`;
/** Where whoever writes means the agent. A mention that stands only in a quote does not make it so. */
const DIRECT: ReadonlySet<EventType> = new Set<EventType>(['thread_message', 'direct_message']);
/** An example in a block of code is no order. */
const CODE_BLOCK = /^ {0,3}(`{3,}|~{3,})[\s\S]*?(?:^ {0,3}\1|(?![\s\S]))/gm;

/**
 * The last `mute` or `unmute` that a text orders, or null. A line of its own words has to be the mention and the command
 * and no more; `mention` is what `mentionPattern` gave. Where the agent is meant anyway (`isDirect`: its own thread, a
 * direct message), the command alone will do if it is all that is said.
 */
export function muteCommandIn(text: string, mention: string, isDirect: boolean): MuteCommand | null {
  const own = ownWords(text.replace(CODE_BLOCK, '\n'));
  const addressed = new RegExp(`^${MARKS}${mention}${MARKS}${COMMAND}$`, 'iu');
  const ordered = own.split('\n').map((line) => addressed.exec(line.trim()));
  const bare = isDirect ? new RegExp(`^${COMMAND}$`, 'iu').exec(own.trim()) : null;
  const word = [...ordered, bare].findLast((match) => match !== null)?.[1];
  return word === undefined ? null : (word.toLowerCase() as MuteCommand);
}

/** What an event orders; null for everything but comments and messages. */
export function muteCommandOf(event: PmEvent, mention: string): MuteCommand | null {
  const spoken = spokenIn(event);
  return spoken === null ? null : muteCommandIn(spoken.text, mention, DIRECT.has(event.type));
}
