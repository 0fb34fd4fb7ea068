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
  /** The whole message, as the API sent it. */
  readonly raw: unknown;
  readonly usage: ModelUsage;
}

export interface Claude {
  createMessage(request: ModelRequest, signal?: AbortSignal): Promise<ModelReply>;
}
