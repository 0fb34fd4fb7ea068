/** Claude over @anthropic-ai/sdk. One attempt a call: retries belong to the activity. */
import Anthropic, { APIConnectionTimeoutError, APIError, APIUserAbortError } from '@anthropic-ai/sdk';
import type {
  MessageCountTokensParams,
  MessageCreateParamsNonStreaming,
} from '@anthropic-ai/sdk/resources/messages';
import { badReply, connectionError, meaningOf, type Sent, statusError } from '../http-failure.js';
import { IntegrationError } from '../integration-error.js';
import type { Traffic } from '../traffic/traffic.js';
import type { Claude, ModelReply, ModelRequest } from './claude.js';
import { callOf } from './limits.js';
import { countSchema, type MessageJson, messageSchema } from './schema.js';

export interface ClaudeOptions {
  readonly apiKey: string;
  readonly baseURL: string;
  readonly timeoutMs?: number;
  /** Shared by all that ask the model in this process. */
  readonly traffic?: Traffic;
}

/** A count that comes late is none: the size of the text decides then. */
const COUNT_TIMEOUT_MS = 5_000;

const SENT: Sent = { service: 'claude', method: 'POST', path: '/v1/messages', write: false };

/** What every client of Claude sends through: one attempt a call. */
export function createAnthropic(options: ClaudeOptions): Anthropic {
  return new Anthropic({
    apiKey: options.apiKey,
    // Read from the environment otherwise, and it would win over the key.
    authToken: null,
    baseURL: options.baseURL,
    timeout: options.timeoutMs ?? 120_000,
    maxRetries: 0,
    logLevel: 'off',
  });
}

/** Answers with `IntegrationError` for every failure, and with the signal's own reason when the caller aborted. */
export function createClaude(options: ClaudeOptions): Claude {
  const client = createAnthropic(options);
  return {
    createMessage: (request, signal) => {
      const send = async () => {
        try {
          const options = signal === undefined ? {} : { signal };
          const message = await client.messages.create(messageBody(request), options);
          return toReply(message, message._request_id ?? null);
        } catch (error) {
          if (signal?.aborted === true) {
            throw signal.reason;
          }
          throw toClaudeError(error, SENT);
        }
      };
      return options.traffic?.pass(callOf(request), send) ?? send();
    },
    countTokens: async (request) => {
      try {
        const body = countBody(request);
        const answer: unknown = await client.messages.countTokens(body, { timeout: COUNT_TIMEOUT_MS });
        return countSchema.parse(answer).input_tokens;
      } catch (error) {
        throw toClaudeError(error, { ...SENT, path: '/v1/messages/count_tokens' });
      }
    },
  };
}

/** Exactly the body that is sent, so that it can be stored as it was. The system prompt is stable and cached. */
export function messageBody(request: ModelRequest): MessageCreateParamsNonStreaming {
  return {
    model: request.model,
    max_tokens: request.maxTokens,
    ...promptOf(request),
  };
}

/** What is counted: the prompt, as it would be sent. */
function countBody(request: ModelRequest): MessageCountTokensParams {
  return { model: request.model, ...promptOf(request) };
}

function promptOf(request: ModelRequest) {
  return {
    system: [{ type: 'text', text: request.system, cache_control: { type: 'ephemeral' } }],
    messages: [...request.messages],
    tools: [...request.tools],
    ...(request.toolChoice === undefined ? {} : { tool_choice: { type: request.toolChoice } }),
    output_config: { format: { type: 'json_schema', schema: request.replySchema } },
  } satisfies Omit<MessageCountTokensParams, 'model'>;
}

/** A message as the API sent it, in the port's shape; throws `bad_reply` where it is none. */
export function toReply(message: unknown, requestId: string | null): ModelReply {
  const parsed = messageSchema.safeParse(message);
  if (!parsed.success) {
    throw badReply(SENT, 'something that is no message', { status: 200, requestId });
  }
  const { id, model, stop_reason, content, usage } = parsed.data;
  return {
    id,
    requestId,
    model,
    stopReason: stop_reason ?? null,
    text: textOf(content),
    content: (message as Pick<ModelReply, 'content'>).content,
    raw: message,
    usage: {
      inputTokens: usage.input_tokens ?? 0,
      outputTokens: usage.output_tokens,
      cacheReadTokens: usage.cache_read_input_tokens ?? 0,
      cacheWriteTokens: usage.cache_creation_input_tokens ?? 0,
    },
  };
}

function textOf(content: MessageJson['content']): string {
  return content.map((block) => ('text' in block ? block.text : '')).join('');
}

/** A call to the model changes nothing, so that every failure leaves a known outcome. 409 (conflict) may be repeated. */
export function toClaudeError(error: unknown, sent: Sent): IntegrationError {
  if (error instanceof IntegrationError) {
    return error;
  }
  if (!(error instanceof APIError) || error.status === undefined) {
    const timedOut = error instanceof APIConnectionTimeoutError || error instanceof APIUserAbortError;
    return connectionError(sent, error, timedOut);
  }
  const status: number = error.status;
  const headers = error.headers instanceof Headers ? error.headers : new Headers();
  const said = [error.type, error.apiMessage].filter(Boolean).join(' ');
  const meaning = meaningOf(status);
  return statusError(sent, status, headers, said === '' ? null : said, error.requestID ?? null, {
    ...meaning,
    retryable: meaning.retryable || status === 409,
  });
}
