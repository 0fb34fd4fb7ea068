/** Speaks to the API as one person at a terminal. */
import { type ClientConfig, loadClientConfig } from '../config/load.js';
import { CommandError, type Io, UsageError } from './command.js';
import { jsonText } from './json-text.js';

export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface ApiClient {
  readonly url: string;
  /** The body of a 2xx answer. @throws CommandError with what the API says. */
  get(path: string): Promise<unknown>;
  /** Any answer below 500, for callers that tell 404 and 409 apart. */
  ask(method: 'GET' | 'POST', path: string, body?: unknown): Promise<ApiAnswer>;
}

const REQUEST_MS = 30_000;

/** @throws ConfigError where PM_AGENT_URL is wrong. */
export function createApiClient(io: Io): ApiClient {
  const config = loadClientConfig(io.env);
  const ask: ApiClient['ask'] = async (method, path, body) => {
    const response = await send(config, method, path, body);
    const answer = { status: response.status, body: await readBody(response) };
    if (response.status >= 500 || response.status === 401) {
      throw new CommandError(describeFailure(answer));
    }
    return answer;
  };
  return {
    url: config.url,
    ask,
    get: async (path) => {
      const answer = await ask('GET', path);
      if (answer.status >= 300) {
        throw failureOf(answer);
      }
      return answer.body;
    },
  };
}

const BAD_REQUEST = 400;

/** Where all that was sent are values of options: a 400 can only mean one of them. */
export function failureOf(answer: ApiAnswer): CommandError {
  const Failure = answer.status === BAD_REQUEST ? UsageError : CommandError;
  return new Failure(describeFailure(answer));
}

/** What went wrong, as the API says it. */
export function describeFailure(answer: ApiAnswer): string {
  const error = member(answer.body, 'error');
  const message = member(error, 'message');
  const hint = answer.status === 401 ? '; set PM_AGENT_TOKEN to a token of this API' : '';
  return `${typeof message === 'string' ? message : 'the API refused'} (${answer.status})${hint}`;
}

/** For programs: the answer as it is. @returns the exit code */
export function printAnswer(io: Pick<Io, 'out'>, { status, body }: ApiAnswer): number {
  io.out(`${jsonText(body)}\n`);
  return status < 300 ? 0 : 1;
}

/**
 * What came of an order: as it is for programs, in words for people.
 * @throws CommandError with what the API says, where it refused and a person asked
 * @returns the exit code
 */
export function tellAnswer(
  io: Pick<Io, 'out'>,
  answer: ApiAnswer,
  json: boolean | undefined,
  inWords: (answer: ApiAnswer) => string,
): number {
  if (json === true) {
    return printAnswer(io, answer);
  }
  if (answer.status >= 300) {
    throw new CommandError(describeFailure(answer));
  }
  io.out(inWords(answer));
  return 0;
}

/** One member of a JSON object; undefined where there is none. */
export function member(value: unknown, key: string): unknown {
  return value !== null && typeof value === 'object' ? (value as Record<string, unknown>)[key] : undefined;
}

/** The `items` of a list. */
export function itemsOf<T>(body: unknown): readonly T[] {
  const items = member(body, 'items');
  return Array.isArray(items) ? items : [];
}

async function send(config: ClientConfig, method: string, path: string, body: unknown): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json', 'x-pm-agent-client': 'cli' };
  if (config.token !== null) {
    headers['authorization'] = `Bearer ${config.token}`;
  }
  if (body !== undefined) {
    headers['content-type'] = 'application/json';
  }
  try {
    return await fetch(`${config.url}${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(REQUEST_MS),
    });
  } catch (error) {
    throw new CommandError(
      `no answer from ${config.url} (${whyNoAnswer(error)}); start pm-agent (npm start) or set PM_AGENT_URL`,
    );
  }
}

/** The cause of a request that got no answer, as Node names it. */
export function whyNoAnswer(error: unknown): string {
  const message = member(member(error, 'cause'), 'message') ?? member(error, 'message');
  return typeof message === 'string' && message !== '' ? message : String(error);
}

async function readBody(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    throw new CommandError(
      `${response.url} answered ${response.status} without JSON: is PM_AGENT_URL a pm-agent?`,
    );
  }
}
