/** The port of status notes: on each issue and each pull request one comment of our own that is edited in place. */
import { createHash } from 'node:crypto';
import type { Json } from '../domain/canonical-json.js';
import type { OutgoingRequest } from '../domain/effect.js';

export interface NoteWrite {
  /** Markdown */
  readonly body: string;
  /** Idempotency marker. */
  readonly actionId: string;
  /** Marks of the changes that it answers, in hex. */
  readonly answers: readonly string[];
}

/** A comment that is read as a status note. */
export interface StandingNote {
  readonly id: string;
  /** All that puts it back as it is now. */
  readonly kept: Json;
  /** What its words are compared by. */
  readonly words: string;
  /** The same of the words that its mark was written with; null where it has no mark. */
  readonly markedWords: string | null;
  /** Marks of the changes that it answers, in hex. */
  readonly answers: readonly string[];
  /** Was it the agent's account that wrote it last? */
  readonly isByAgent: boolean;
  /** "Ana Lindqvist at 2026-01-31T10:00:00.000Z" */
  readonly lastWritten: string;
  /** Does its mark name this action? */
  isOf(actionId: string): boolean;
}

/** @typeParam P what names the issue or the pull request */
export interface StatusNotes<P> {
  /** Null where it is gone. Throws `IntegrationError` with status 404 where what it stands on is not shown. */
  read(place: P, id: string): Promise<StandingNote | null>;
  /**
   * The newest of the agent's own comments that carry a note's mark; null where none does. Throws an `outOfSight` where none
   * is found and not all could be looked through.
   */
  newest(place: P): Promise<StandingNote | null>;
  /** What the words of this would be compared by. */
  wordsOf(write: NoteWrite): string;
  /** Answers the new comment's id. */
  add(place: P, write: NoteWrite, signal?: AbortSignal): Promise<string>;
  edit(place: P, id: string, write: NoteWrite, signal?: AbortSignal): Promise<void>;
  putBack(place: P, id: string, kept: Json, signal?: AbortSignal): Promise<void>;
  /** The exact requests that the writes above send. */
  requests: {
    add(place: P, write: NoteWrite): OutgoingRequest;
    edit(place: P, id: string, write: NoteWrite): OutgoingRequest;
    putBack(place: P, id: string, kept: Json): OutgoingRequest;
  };
}

const DIGITS = 12;

/** Letters and digits only: a vendor may spell the markup in another way than it was sent. */
export function digestOfWords(text: string): string {
  const words = text.normalize('NFC').replace(/[^\p{L}\p{N}]+/gu, '');
  return createHash('sha256').update(words).digest('hex').slice(0, DIGITS);
}
