/** Reads a request's body as vendors do: JSON or a form by its content type, else text; broken JSON is the vendor's to refuse. */
import { type NextFunction, type Request, type RequestHandler, type Response, raw } from 'express';
import { parseJson } from './loose-json.js';

const LIMIT = '32mb';

/** Leaves the parsed body in `request.body`: an object, a text, or undefined where there was none. */
export function readBody(): RequestHandler[] {
  return [raw({ type: () => true, limit: LIMIT }), parseBody];
}

/** `response.locals.brokenJson` tells of a body that calls itself JSON and is none. */
function parseBody(request: Request, response: Response, next: NextFunction): void {
  const bytes: unknown = request.body;
  request.body = undefined;
  if (Buffer.isBuffer(bytes) && bytes.length > 0) {
    const type = request.get('content-type') ?? '';
    const text = bytes.toString('utf8');
    const value = parsed(type, text);
    response.locals.brokenJson = value === undefined && type.includes('json');
    request.body = value ?? text;
  }
  next();
}

function parsed(type: string, text: string): unknown {
  if (!type.includes('application/x-www-form-urlencoded')) return parseJson(text);
  return Object.fromEntries(new URLSearchParams(text));
}
