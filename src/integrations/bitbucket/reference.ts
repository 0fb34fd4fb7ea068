/**
 * What marks a comment as ours. Bitbucket keeps no hidden property on comments, so it is a short visible reference at the
 * end: `pm-agent:` and 12 hex digits of the action id's sha256, behind them 12 of the mark of each change that it answers.
 * A status note's says `note`, and ends with a dot and 12 hex digits of its words.
 */
import { createHash } from 'node:crypto';
import { digestOfWords } from '../status-notes.js';

const DIGITS = 12;
/** As our comments end with it: on a line of its own, which a quote's last line is not. */
const REFERENCE =
  /(?:^|\n)[_*]?(ref|note) pm-agent:([0-9a-f]{12}(?:-[0-9a-f]{12})*)(?:\.([0-9a-f]{12}))?[_*]?\s*$/;

/** `answers`: in hex. */
export function actionReference(actionId: string, answers: readonly string[] = []): string {
  return `pm-agent:${[shortHash(actionId), ...answers.map(shortened)].join('-')}`;
}

/** The last line of a status note with these words above it. */
export function noteReference(words: string, actionId: string, answers: readonly string[]): string {
  return `_note ${actionReference(actionId, answers)}.${digestOfWords(words)}_`;
}

/** Does this text end with the reference of this action? */
export function isOfAction(text: string, actionId: string): boolean {
  return referenceIn(text)[0] === shortHash(actionId);
}

/** Does this text end with a reference that names one of these changes? */
export function isAnswerTo(text: string, marks: readonly string[]): boolean {
  const [, ...answers] = referenceIn(text);
  return marks.some((mark) => answers.includes(shortened(mark)));
}

export interface NoteMark {
  /** Digest of the words that it was written with. */
  readonly markedWords: string;
  readonly answers: readonly string[];
}

/** Null for a text that does not end as a status note does. */
export function noteMarkIn(text: string): NoteMark | null {
  const [, role, names = '', markedWords = ''] = REFERENCE.exec(text) ?? [];
  return role === 'note' ? { markedWords, answers: names.split('-').slice(1) } : null;
}

/** Digest of the words above the reference; of all words where there is none. */
export function wordsAboveReference(text: string): string {
  return digestOfWords(text.replace(REFERENCE, ''));
}

function referenceIn(text: string): readonly string[] {
  return REFERENCE.exec(text)?.[2]?.split('-') ?? [];
}

function shortHash(actionId: string): string {
  return shortened(createHash('sha256').update(actionId).digest('hex'));
}

function shortened(mark: string): string {
  return mark.slice(0, DIGITS);
}
