import { type Response, Router } from 'express';
import type { SandboxDeps } from '../deps.js';
import { addForms } from './forms.js';
import { page } from './layout.js';
import { SCRIPT } from './script.js';
import { STYLE } from './style.js';

/** Nothing from elsewhere, nothing inline. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Serves `GET /`, the page to play on, with its two files and the forms under `/_page`. */
export function createPageRouter(deps: SandboxDeps): Router {
  const router = Router();
  router.get('/', (_request, response) => {
    send(response, 'html', page(deps));
  });
  router.get('/_page/style.css', (_request, response) => {
    send(response, 'css', STYLE);
  });
  router.get('/_page/script.js', (_request, response) => {
    send(response, 'js', SCRIPT);
  });
  addForms(router, deps);
  return router;
}

function send(response: Response, type: string, text: string): void {
  response
    .set({
      'content-security-policy': POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'x-sandbox': 'not-claude',
    })
    .type(type)
    .send(text);
}
