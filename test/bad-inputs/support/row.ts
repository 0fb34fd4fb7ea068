/** One row of the table: an input, what it is answered with, and what it must have done to the rest. */
import type { WebhookRow } from '../../../src/inbox/inbox.js';
import type { Door } from './doors.js';
import type { Message, Reply, SpeakOptions } from './wire.js';
import type { World, WorldOptions } from './world.js';

export interface Row {
  readonly number: number;
  readonly words: string;
  /** Where this product answers otherwise than one might expect, and why. */
  readonly note?: string;
  readonly world?: WorldOptions;
  readonly cases: readonly (InputCase | StartCase)[];
}

export interface Seen {
  readonly world: World;
  readonly reply: Reply;
  /** What the case added to the inbox, oldest first. */
  readonly stored: readonly WebhookRow[];
}

/** Something that is sent to a running API. */
export interface InputCase {
  readonly name: string;
  /** Cases of one door share a world. */
  readonly door?: Door;
  /** In place of the row's. */
  readonly world?: WorldOptions;
  /** What was there before. */
  readonly before?: (world: World) => Promise<unknown>;
  /** What is sent: one message, or a conversation of any kind. */
  readonly send: Message | ((world: World) => Message | Promise<Message | Reply>);
  readonly until?: SpeakOptions['until'];
  readonly status: number;
  /** The code of the error. */
  readonly code?: string;
  /** It is what a browser sends, and is answered with a page in place of JSON. */
  readonly page?: true;
  /** The rows that the inbox has afterwards and had not before; none where left out. `some`: `also` looks at them. */
  readonly stores?: readonly object[] | 'some';
  /** `source/result` of the deliveries counted, each once or as often as it says; none where left out. */
  readonly counts?: string | Readonly<Record<string, unknown>>;
  readonly also?: (seen: Seen) => unknown;
  /** Begins before all others and waits for the clock of the server, in a world of its own. */
  readonly slow?: true;
}

/** A configuration that must not start. */
export interface StartCase {
  readonly name: string;
  readonly env: NodeJS.ProcessEnv;
  /** Text of pm-agent.yaml. */
  readonly file?: string;
  readonly says: RegExp;
  /** Tried as a process, too: exit code, one line, no trace. */
  readonly asProcess?: true;
}
