/** A vendor that answers by script: each request takes the next answer, and is kept as it came. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

interface ScriptedAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON unless a string. */
  readonly body?: unknown;
  /** `before`: the socket is cut without an answer; `hang`: no answer ever comes; `mid`: the body breaks off; `stall`: it comes to no end. */
  readonly cut?: 'before' | 'hang' | 'mid' | 'stall';
}

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** The query as it was sent: a parameter may come more than once. */
  readonly search: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** Parsed where it is JSON, else undefined. */
  readonly json: unknown;
  /** Parsed where it is a form, else empty. */
  readonly form: Readonly<Record<string, string>>;
}

export interface ScriptedServer {
  readonly url: string;
  readonly received: ReceivedRequest[];
  /** Appends answers. A request beyond the script is answered with 599 and a body that says so. */
  answer(...answers: readonly ScriptedAnswer[]): void;
  close(): Promise<void>;
}

export async function startScriptedServer(): Promise<ScriptedServer> {
  const received: ReceivedRequest[] = [];
  const script: ScriptedAnswer[] = [];
  const server = createServer((request, response) => {
    void read(request).then((kept) => {
      received.push(kept);
      const answer = script.shift() ?? {
        status: 599,
        body: `no answer scripted for ${kept.method} ${kept.path}`,
      };
      if (answer.cut === 'hang') {
        return;
      }
      if (answer.cut === 'before') {
        request.socket.destroy();
        return;
      }
      const body = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? '');
      const text = answer.body === undefined ? '' : body;
      response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
      if (answer.cut === 'mid') {
        response.write(text.slice(0, Math.ceil(text.length / 2)), () => request.socket.destroy());
        return;
      }
      if (answer.cut === 'stall') {
        response.write(text.slice(0, Math.ceil(text.length / 2)));
        return;
      }
      response.end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answer: (...answers) => script.push(...answers),
    close: () => closed(server),
  };
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

async function read(request: IncomingMessage): Promise<ReceivedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  const url = new URL(request.url ?? '/', 'http://vendor');
  const type = request.headers['content-type'] ?? '';
  return {
    method: request.method ?? '',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    search: url.search,
    headers: request.headers,
    text,
    json: type.includes('json') && text !== '' ? JSON.parse(text) : undefined,
    form: type.includes('form') ? Object.fromEntries(new URLSearchParams(text)) : {},
  };
}
