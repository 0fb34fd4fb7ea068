/** What the simulated Slack keeps; plain JSON. A message's id is its `ts`, unique in its channel. */

export interface SlackUserRecord {
  id: string;
  name: string;
  realName: string;
  email: string | null;
  isBot: boolean;
  botId: string | null;
  tz: string;
}

export interface SlackChannelRecord {
  id: string;
  /** Without `#`; empty for a direct message. */
  name: string;
  isIm: boolean;
  /** The other person of a direct message. */
  imUser: string | null;
  isArchived: boolean;
  topic: string;
  purpose: string;
  creator: string;
  /** Unix seconds. */
  created: number;
  members: string[];
}

export interface SlackMessageRecord {
  channel: string;
  ts: string;
  /** The thread's first message; null outside threads. */
  threadTs: string | null;
  user: string;
  botId: string | null;
  text: string;
  blocks: unknown[] | null;
  metadata: { event_type: string; event_payload: Record<string, unknown> } | null;
  editedTs: string | null;
  reactions: { name: string; users: string[] }[];
  clientMsgId: string | null;
}

/** A message that one person sees until they reload. */
export interface SlackEphemeralRecord {
  channel: string;
  ts: string;
  user: string;
  text: string;
  blocks: unknown[] | null;
}

export interface SlackViewRecord {
  id: string;
  user: string | null;
  view: Record<string, unknown>;
  /** The delivery that took it to the app, while its answer is not there; null or left out: it is open. */
  sentAs?: string | null;
  /** What the app said is wrong with it, by block. */
  errors?: Record<string, string>;
}
