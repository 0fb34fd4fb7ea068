/** What a browser is told in place of JSON where a link leads to what it may not see: what happened, and what to do. */
import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';
import type { HttpError } from './http-error.js';

const STYLE = `
:root { color-scheme: light dark; font: 1.0625rem/1.5 system-ui, sans-serif; }
body { margin: 0; padding: 1.5rem 1rem; }
main { max-width: 38rem; margin: 0 auto; }
h1 { font-size: 1.5rem; line-height: 1.25; }
li { margin-block: 0.75rem; }
code { font: 0.9375rem/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
pre { margin: 0.25rem 0 0; padding: 0.5rem 0.75rem; border: 1px solid; border-radius: 0.375rem; white-space: pre-wrap; }
footer { margin-top: 2rem; font-size: 0.875rem; }
`;

/** Stricter than for anything else that a browser opens: the page loads, sends and runs nothing. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "form-action 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

/** A person who followed a link: a program asks for JSON, or for anything. */
export function isAskedByBrowser(request: Request): boolean {
  return (
    (request.method === 'GET' || request.method === 'HEAD') && request.accepts(['json', 'html']) === 'html'
  );
}

/** Says no more than the JSON says: nothing of what the path leads to, and whether it is there only where that may be known. */
export function sendErrorPage(
  request: Request,
  response: Response,
  error: HttpError,
  requestId: string,
): void {
  const { title, body } = pageOf(error, request.path);
  response.setHeader('Content-Security-Policy', POLICY);
  response
    .status(error.status)
    .type('html')
    .send(`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">
<title>${title} – pm-agent</title><style>${STYLE}</style></head>
<body><main><h1>${title}</h1>
${body}
<footer>pm-agent · ${error.status} ${escaped(error.code)} · request <code>${requestId}</code></footer></main></body>
</html>
`);
}

interface Page {
  readonly title: string;
  readonly body: string;
}

function pageOf(error: HttpError, path: string): Page {
  return error.status === 401
    ? { title: 'pm-agent does not know who you are', body: signInWords(error, path) }
    : { title: TITLES[error.status] ?? 'This did not work', body: `<p>${sentence(error.message)}</p>` };
}

const TITLES: Readonly<Record<number, string>> = {
  403: 'You may not see this',
  404: 'There is nothing here',
  429: 'Too many attempts',
  503: 'Not just now',
};

function signInWords({ message }: HttpError, path: string): string {
  return `<p>What this link leads to is shown only to people with a token, and a browser sends none by itself. Nothing was
decided and nothing was changed by opening it.</p>
<ul>
<li><b>You want to decide?</b> You need no token for that: use the buttons of the message in Slack.</li>
<li><b>You have a token?</b> Put it into <code>PM_AGENT_TOKEN</code> and read the same on the command line:
<pre><code>${escaped(commandFor(path))}</code></pre></li>
<li><b>You have none?</b> Whoever runs pm-agent makes one for you; it is shown once:
<pre><code>npx pm-agent token create --name "your name" --person &lt;your id in pm-agent.yaml&gt;</code></pre></li>
</ul>
<p>For programs: ${escaped(message)}.</p>`;
}

/** Ids as this product makes them; whatever else stands in a path is not repeated. */
const CYCLE = /^\/api\/cycles\/([\w.:-]{1,200})$/;

function commandFor(path: string): string {
  const [, cycleId] = CYCLE.exec(path) ?? [];
  return cycleId === undefined ? 'npx pm-agent cycles' : `npx pm-agent show ${cycleId}`;
}

function sentence(message: string): string {
  return `${escaped(message.charAt(0).toUpperCase() + message.slice(1))}.`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
