/** Claude over @anthropic-ai/sdk. One attempt a call: retries belong to the activity. */
import Anthropic, { APIError } from '@anthropic-ai/sdk';
import type {
  MessageCountTokensParams,
  MessageCreateParamsNonStreaming,
} from '@anthropic-ai/sdk/resources/messages';
import { replyTimeMs } from '../../domain/reply-tokens.js';
import { connectionError, type Sent } from '../http-failure.js';
import type { Traffic } from '../traffic/traffic.js';
import type { Claude, ModelReply, ModelRequest } from './claude.js';
import { asMeant, MESSAGES, toClaudeError, unreadable } from './failure.js';
import { callOf } from './limits.js';
import { countSchema, type MessageJson, messageSchema } from './schema.js';

export interface ClaudeOptions {
  readonly apiKey: string;
  readonly baseURL: string;
  /** Left out: as long as a reply of the asked length may take. */
  readonly timeoutMs?: number;
  /** Shared by all that ask the model in this process. */
  readonly traffic?: Traffic;
}

/** Of what asks for no message. */
const TIMEOUT_MS = 120_000;
/** A count that comes late is none: the size of the text decides then. */
const COUNT_TIMEOUT_MS = 5_000;

const SENT: Sent = { service: 'claude', method: 'POST', path: MESSAGES, write: false };

/** What every client of Claude sends through: one attempt a call. */
export function createAnthropic(options: ClaudeOptions): Anthropic {
  return new Anthropic({
    apiKey: options.apiKey,
    // Read from the environment otherwise, and it would win over the key.
    authToken: null,
    baseURL: options.baseURL,
    timeout: options.timeoutMs ?? TIMEOUT_MS,
    maxRetries: 0,
    logLevel: 'off',
    // What people wrote would go to wherever it leads.
    fetchOptions: { redirect: 'error' },
  });
}

/** Answers with `IntegrationError` for every failure, and with the signal's own reason when the caller aborted. */
export function createClaude(options: ClaudeOptions): Claude {
  const client = createAnthropic(options);
  return {
    createMessage: (request, signal) => {
      const send = async () => {
        // The SDK's own timeout ends with the headers: a body may come to no end.
        const timeout = options.timeoutMs ?? replyTimeMs(request.maxTokens);
        const late = AbortSignal.timeout(timeout);
        const either = signal === undefined ? late : AbortSignal.any([signal, late]);
        try {
          const message = await client.messages.create(messageBody(request), { signal: either, timeout });
          return toReply(message, requestIdOf(message));
        } catch (error) {
          if (signal?.aborted === true) {
            throw signal.reason;
          }
          throw late.aborted
            ? connectionError(SENT, error, true)
            : await asMeant(toClaudeError(error, SENT), () => isTaken(client, request));
        }
      };
      return options.traffic?.pass(callOf(request), send) ?? send();
    },
    countTokens: async (request) => {
      const sent = { ...SENT, path: '/v1/messages/count_tokens' };
      try {
        const body = countBody(request);
        const signal = AbortSignal.timeout(COUNT_TIMEOUT_MS);
        const answer: unknown = await client.messages.countTokens(body, { signal });
        const counted = countSchema.safeParse(answer);
        if (!counted.success) {
          throw unreadable(answer, sent, null);
        }
        return counted.data.input_tokens;
      } catch (error) {
        throw toClaudeError(error, sent);
      }
    },
  };
}

/** Is a question of nothing taken, to the same model with the same tools and schema? Counted, not asked: it costs nothing. */
async function isTaken(client: Anthropic, request: ModelRequest): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(COUNT_TIMEOUT_MS);
    await client.messages.countTokens(countBody({ ...request, messages: NOTHING_ASKED }), { signal });
    return true;
  } catch (error) {
    // Any other failure says nothing: a gateway need not count (404), and may be busy.
    return !(error instanceof APIError) || ![400, 422].includes(error.status ?? 0);
  }
}

const NOTHING_ASKED: ModelRequest['messages'] = [{ role: 'user', content: 'ping' }];

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

/** The SDK adds it to what it parsed; not to a text, and not to `null`. */
function requestIdOf(message: { readonly _request_id?: string | null } | null): string | null {
  return message?._request_id ?? null;
}

/** A message as the API sent it, in the port's shape; throws as `unreadable` says where it is none. */
export function toReply(message: unknown, requestId: string | null): ModelReply {
  const parsed = messageSchema.safeParse(message);
  if (!parsed.success) {
    throw unreadable(message, SENT, requestId);
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
