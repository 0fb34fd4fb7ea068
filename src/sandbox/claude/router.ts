/**
 * A stand-in that speaks the Messages API. It is NOT Claude: rules answer, no model does, and every answer says so in
 * the header `x-sandbox`.
 */
import { type Request, type Response, Router } from 'express';
import type { SandboxDeps } from '../deps.js';
import { param } from '../http.js';
import { isRecord, textAt } from '../loose-json.js';
import { errorAnswer, messageAnswer, newId, textBlock, type WireAnswer } from './message.js';
import { answerOf, createScript, type Script, ScriptError } from './script.js';
import { standInReply } from './stand-in.js';
import { thinkingProblem } from './thinking.js';
import { isTriage, triageReply } from './triage.js';
import { createUsageMeter, inputTokens, type UsageMeter } from './usage.js';

/** What the stand-in needs of the sandbox. */
export type ClaudeDeps = Pick<SandboxDeps, 'store' | 'clock' | 'log'>;

/**
 * Serves `/anthropic/v1/messages`, `/anthropic/v1/messages/count_tokens`, `/anthropic/v1/models/<any>` and the control route
 * `/_claude/script`.
 */
export function createClaudeRouter(deps: ClaudeDeps): Router {
  const router = Router();
  const script = createScript(deps.store);
  const meter = createUsageMeter();
  router.post('/anthropic/v1/messages', (request, response) => {
    send(request, response, (requestId) => message(request, requestId, script, meter, deps));
  });
  router.post('/anthropic/v1/messages/count_tokens', (request, response) => {
    send(request, response, () => ({ status: 200, body: { input_tokens: inputTokens(request.body) } }));
  });
  router.get('/anthropic/v1/models/:id', (request, response) => modelInfo(request, response));
  router.use('/anthropic', (request, response) => {
    const requestId = newId('req');
    const { status, body } = errorAnswer(
      'not_found_error',
      `Not found: ${request.method} ${request.path}`,
      requestId,
    );
    response.status(status).set({ 'request-id': requestId, 'x-sandbox': 'not-claude' }).json(body);
  });
  router.get('/_claude/script', (_request, response) => {
    response.json({ items: script.entries() });
  });
  router.post('/_claude/script', (request, response) => replaceScript(request, response, script));
  return router;
}

function send(request: Request, response: Response, answer: (requestId: string) => WireAnswer): void {
  const requestId = newId('req');
  const { status, body } = problemWith(request, requestId) ?? answer(requestId);
  response.status(status).set({ 'request-id': requestId, 'x-sandbox': 'not-claude' }).json(body);
}

/** Every model is known here: the stand-in answers under whatever name it is asked. */
function modelInfo(request: Request, response: Response): void {
  const requestId = newId('req');
  const { status, body } = keyProblem(request, requestId) ?? {
    status: 200,
    body: {
      type: 'model',
      id: param(request, 'id'),
      display_name: `${param(request, 'id')} (stand-in)`,
      created_at: '2026-01-01T00:00:00Z',
    },
  };
  response.status(status).set({ 'request-id': requestId, 'x-sandbox': 'not-claude' }).json(body);
}

function keyProblem(request: Request, requestId: string): WireAnswer | null {
  const bearer = /^Bearer\s+\S/i.test(request.get('authorization') ?? '');
  return bearer || (request.get('x-api-key') ?? '').trim() !== ''
    ? null
    : errorAnswer('authentication_error', 'x-api-key header is required', requestId);
}

/** What the API refuses before it reads the prompt; null where there is nothing. */
function problemWith(request: Request, requestId: string): WireAnswer | null {
  const keyless = keyProblem(request, requestId);
  if (keyless !== null) {
    return keyless;
  }
  const body: unknown = request.body;
  if (!isRecord(body)) {
    return errorAnswer('invalid_request_error', 'The request body is not a JSON object', requestId);
  }
  const counting = request.path.endsWith('/count_tokens');
  const missing = ['model', 'messages', ...(counting ? [] : ['max_tokens'])].find(
    (field) => body[field] === undefined,
  );
  if (missing !== undefined) {
    return errorAnswer('invalid_request_error', `${missing}: Field required`, requestId);
  }
  if (!Array.isArray(body.messages) || body.messages.length === 0) {
    return errorAnswer('invalid_request_error', 'messages: at least one message is required', requestId);
  }
  const thinking = thinkingProblem(body);
  if (thinking !== null) {
    return errorAnswer('invalid_request_error', thinking, requestId);
  }
  return body.stream === true
    ? errorAnswer('invalid_request_error', 'stream: the sandbox does not stream', requestId)
    : null;
}

function message(
  request: Request,
  requestId: string,
  script: Script,
  meter: UsageMeter,
  deps: ClaudeDeps,
): WireAnswer {
  const body: unknown = request.body;
  const usage = meter.measure(body, deps.clock());
  const triage = isTriage(body);
  // Named here, for the request itself does not say what it is.
  const scripted = script.next(`${triage ? 'triage: ' : ''}${JSON.stringify(body)}`, { triage });
  deps.log.debug(
    { model: textAt(body, 'model'), scripted: scripted !== null },
    'The stand-in for Claude answers',
  );
  return scripted === null
    ? messageAnswer(body, usage, triage ? triageBlocks(body, script) : standInReply(body))
    : answerOf(scripted, body, usage, requestId);
}

function triageBlocks(body: unknown, script: Script): readonly unknown[] {
  return [textBlock(JSON.stringify(triageReply(body, { isScripted: script.entries().length > 0 })))];
}

function replaceScript(request: Request, response: Response, script: Script): void {
  try {
    response.json({ items: script.replace(request.body) });
  } catch (error) {
    if (!(error instanceof ScriptError)) {
      throw error;
    }
    response.status(400).json({ error: { code: 'invalid_script', message: error.message } });
  }
}
