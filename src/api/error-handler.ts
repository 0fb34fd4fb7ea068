/** Every failure becomes `{"error":{"code","message"},"requestId"}`, for a browser a page that says the same; what is not the caller's doing keeps its words for the log. */
import { randomUUID } from 'node:crypto';
import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { BadCursorError } from '../audit/cursor.js';
import type { Logger } from '../log.js';
import { isAskedByBrowser, sendErrorPage } from './error-page.js';
import { HttpError } from './http-error.js';

/** What the body parser and the router of Express may complain about; all others of theirs read "bad request". */
const KNOWN_STATUSES: Readonly<Record<number, readonly [code: string, message: string]>> = {
  400: ['bad_request', 'the request cannot be read'],
  413: ['too_large', 'the body is too large'],
  415: ['unsupported_media_type', 'the body has the wrong content type, charset or encoding'],
};

export const unknownPath: RequestHandler = (_request, _response, next) => {
  next(new HttpError(404, 'not_found', 'there is nothing at this path'));
};

/** The only place that turns errors into answers. Below 500 the message is the caller's; from 500 on it stays here. */
export function createErrorHandler(log: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    const requestId = randomUUID();
    const answer = toHttpError(error);
    if (answer.status >= 500 && !(error instanceof HttpError)) {
      log.error({ err: error, requestId, method: request.method, path: request.path }, 'request failed');
    }
    if (response.headersSent) {
      next(error);
      return;
    }
    setErrorHeaders(response, answer);
    response.vary('Accept');
    if (isAskedByBrowser(request)) {
      sendErrorPage(request, response, answer, requestId);
      return;
    }
    sendJson(response, answer, requestId);
  };
}

function setErrorHeaders(response: Response, error: HttpError): void {
  for (const [name, value] of Object.entries(error.headers)) {
    response.setHeader(name, value);
  }
  if (error.status === 413) {
    // The rest of the body is never read.
    response.setHeader('Connection', 'close');
  }
  response.setHeader('Cache-Control', 'no-store');
}

function sendJson(
  response: Response,
  { status, code, message, details }: HttpError,
  requestId: string,
): void {
  response.status(status).json({ error: { code, message, ...details }, requestId });
}

function toHttpError(error: unknown): HttpError {
  if (error instanceof HttpError) {
    return error;
  }
  if (error instanceof BadCursorError) {
    return new HttpError(400, 'bad_request', error.message);
  }
  const status = statusOf(error);
  if (status === null) {
    return new HttpError(500, 'internal', 'something went wrong here; the log knows more');
  }
  const [code, message] = KNOWN_STATUSES[status] ?? KNOWN_STATUSES[400] ?? ['bad_request', 'bad request'];
  return new HttpError(status, code, message);
}

/** Express and its parsers put a `status` on errors that are the caller's. */
function statusOf(error: unknown): number | null {
  const status = error !== null && typeof error === 'object' && 'status' in error ? error.status : null;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : null;
}
