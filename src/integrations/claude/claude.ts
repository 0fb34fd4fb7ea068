/** The port: what the product needs of Claude. Retries belong to the activity, never to the SDK. */

import type { ModelUsage } from '../../domain/model-usage.js';

/** One request, in the vendor's own terms, so that what was sent can be stored as it was. */
export interface ModelRequest {
  readonly model: string;
  readonly maxTokens: number;
  /** Stable part, cached. */
  readonly system: string;
  /** Messages API `messages`, verbatim. */
  readonly messages: readonly unknown[];
  /** Messages API `tools`, verbatim. */
  readonly tools: readonly unknown[];
  /** `none`: the tools stay as they are, and the model has to answer. Left out: it may use them. */
  readonly toolChoice?: 'none';
  /** JSON Schema of the reply (`output_config.format`). */
  readonly replySchema: Readonly<Record<string, unknown>>;
}

export interface ModelReply {
  readonly id: string;
  readonly requestId: string | null;
  readonly model: string;
  readonly stopReason: string | null;
  /** Text blocks joined. */
  readonly text: string;
  /** The message's content, verbatim: what the next request of the conversation repeats. */
  readonly content: readonly unknown[];
  /** The whole message, as the API sent it. */
  readonly raw: unknown;
  readonly usage: ModelUsage;
}

export interface Claude {
  createMessage(request: ModelRequest, signal?: AbortSignal): Promise<ModelReply>;
  /** Tokens of the whole prompt, cached or not. Free of charge. */
  countTokens(request: ModelRequest): Promise<number>;
}
