/** The simulated Slack over HTTP, below `/slack` (and `/slack/api`): `POST /chat.postMessage` and its kin, form or JSON. */
import { randomUUID } from 'node:crypto';
import { type Request, type Response, Router } from 'express';
import type { SandboxDeps } from '../deps.js';
import { credentialOf, param } from '../http.js';
import { at, isRecord, textAt } from '../loose-json.js';
import { readArguments } from './arguments.js';
import { CHAT_METHODS } from './chat-methods.js';
import { CONVERSATION_METHODS } from './conversation-methods.js';
import type { SlackMethods } from './methods.js';
import { WORKSPACE_METHODS } from './workspace-methods.js';

type SlackDeps = Pick<SandboxDeps, 'slack' | 'accounts' | 'store' | 'url'>;

const METHODS: SlackMethods = { ...CHAT_METHODS, ...CONVERSATION_METHODS, ...WORKSPACE_METHODS };

/** Methods that change nothing, although clients send them by POST. */
export const READING_METHODS =
  /^\/(?:api\/)?(?:conversations\.(?:list|info|history|replies|members)|users\.|bots\.info|team\.info|auth\.test|chat\.getPermalink)/;

/** How often a `response_url` may be used. */
const RESPONSE_URL_USES = 5;

/** Any non-empty token is the agent's, save one that holds a person's id (`xoxp-U0BO`): that acts as this person. */
export function createSlackRouter(deps: SlackDeps): Router {
  const router = Router();
  router.post('/actions/:team/:id', (request, response) => answerResponseUrl(deps, request, response));
  router.all(['/api/:method', '/:method'], (request, response) => {
    response.set('x-slack-req-id', randomUUID().replaceAll('-', ''));
    const { status, body } = callMethod(deps, request);
    response.status(status).json(body);
  });
  return router;
}

function callMethod(deps: SlackDeps, request: Request): { status: number; body: Record<string, unknown> } {
  const given = readArguments(request);
  const token = credentialOf(request)?.secret ?? given.text('token');
  const method = METHODS[param(request, 'method')];
  if (method === undefined) return refused('unknown_method', { req_method: param(request, 'method') });
  if (token === null) return refused('not_authed');
  const answer = method({
    state: deps.slack,
    accounts: deps.accounts,
    caller: callerOf(deps, token),
    arguments: given,
    url: deps.url,
  });
  return typeof answer === 'string' ? refused(answer) : { status: 200, body: { ok: true, ...answer } };
}

/** Slack's errors are HTTP 200. */
function refused(error: string, more: Record<string, unknown> = {}) {
  return { status: 200, body: { ok: false, error, ...more } };
}

function callerOf({ slack, accounts }: SlackDeps, token: string): string {
  const person = /^xoxp-(U\w+)/.exec(token)?.[1];
  return person !== undefined && slack.findUser(person) !== null ? person : accounts.slack.userId;
}

/** What a fault of kind `status` answers, in Slack's shape: what it refuses is HTTP 200, but for its limits. */
export function slackFault(response: Response, status: number): void {
  response
    .status(status < 429 ? 200 : status)
    .json({ ok: false, error: FAULT_ERRORS[status] ?? 'internal_error' });
}

const FAULT_ERRORS: Readonly<Record<number, string>> = {
  200: 'fatal_error',
  401: 'invalid_auth',
  403: 'missing_scope',
  404: 'channel_not_found',
  409: 'is_archived',
  429: 'ratelimited',
  503: 'service_unavailable',
};

interface ResponseUrl {
  readonly channel: string;
  readonly ts: string | null;
  readonly user: string;
  readonly uses: number;
}

/** What the app posts to a `response_url`: replaces the message that was clicked, deletes it, or posts a new one. */
function answerResponseUrl(deps: SlackDeps, request: Request, response: Response): void {
  const { store, slack, accounts } = deps;
  const id = param(request, 'id');
  const target = store.get<ResponseUrl>('slack', 'responseUrl', id);
  if (target === null) return void response.status(404).json({ ok: false, error: 'expired_url' });
  if (target.uses >= RESPONSE_URL_USES)
    return void response.status(404).json({ ok: false, error: 'used_url' });
  const body: unknown = request.body;
  if (!isRecord(body)) return void response.status(400).json({ ok: false, error: 'invalid_payload' });
  store.put('slack', 'responseUrl', id, { ...target, uses: target.uses + 1 });
  const message = target.ts === null ? null : slack.findMessage(target.channel, target.ts);
  const text = textAt(body, 'text') ?? '';
  const blocks = at(body, 'blocks');
  const content = { text, ...(Array.isArray(blocks) ? { blocks: blocks as unknown[] } : {}) };
  if (message !== null && body.delete_original === true) slack.deleteMessage(message);
  else if (message !== null && body.replace_original === true) slack.updateMessage(message, content);
  else if (body.response_type === 'in_channel')
    slack.postMessage(accounts.slack.userId, target.channel, content);
  response.json({ ok: true });
}
