/** The port: what the product needs of Claude. Retries belong to the activity, never to the SDK. */
import type {
  ContentBlockParam,
  MessageParam,
  TextBlockParam,
  Tool,
  ToolResultBlockParam,
} from '@anthropic-ai/sdk/resources/messages';
import type { ModelUsage } from '../../domain/model-usage.js';

/** The SDK's own types, so that the compiler holds every member of what is sent against what the vendor documents. */
export type { ContentBlockParam, MessageParam, Tool };
/** What we say to a reply: our own words, or what its tools gave. */
export type AnswerBlock = TextBlockParam | ToolResultBlockParam;

/** One request, in the vendor's own terms, so that what was sent can be stored as it was. */
export interface ModelRequest {
  readonly model: string;
  readonly maxTokens: number;
  /** Stable part, cached. */
  readonly system: string;
  /** Messages API `messages`, verbatim. */
  readonly messages: readonly MessageParam[];
  /** Messages API `tools`, verbatim. */
  readonly tools: readonly Tool[];
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
  readonly content: readonly ContentBlockParam[];
  /** The whole message, as the API sent it. */
  readonly raw: unknown;
  readonly usage: ModelUsage;
}

export interface Claude {
  createMessage(request: ModelRequest, signal?: AbortSignal): Promise<ModelReply>;
  /** Tokens of the whole prompt, cached or not. Free of charge. */
  countTokens(request: ModelRequest): Promise<number>;
}
