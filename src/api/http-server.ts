/** The listening socket, with limits that slow or oversized senders run into early. */
import { randomUUID } from 'node:crypto';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { ConfigError } from '../config/config.js';

/** Node's own are 60 s and 300 s, checked every 30 s: enough for anybody to hold all sockets. */
const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 16 * 1024,
  requireHostHeader: false,
};
/** A connection on which nothing moves: a reader that stopped reading would otherwise hold its socket for ever. */
const IDLE_MS = 60_000;
/** Vendors send some twenty, proxies a few more. Beyond a thousand Node drops headers in silence, a signature among them. */
const MOST_HEADERS = 100;
/**
 * Connections are capped, requests on one are not: past such a cap Node answers 503 by itself to whoever sends on, and a
 * vendor's delivery would be turned away for no reason of ours.
 */
const MAX_CONNECTIONS = 1_000;
/** How long answers under way may take once we stop. */
const DRAIN_MS = 5_000;
/** How long whoever sent no HTTP may take to read that. Its end of the connection is not waited for. */
const LINGER_MS = 1_000;

export interface HttpServer {
  /** Of the real port, also where 0 was asked for. */
  readonly port: number;
  /** Takes no new connection, lets answers under way end, then cuts what is left. */
  close(): Promise<void>;
}

/**
 * Listens. Throws `ConfigError` naming PORT or HOST where that is not possible.
 * @param onUnreadable told of each request that was refused before any route saw it: the status it was answered with
 */
export async function startHttpServer(
  listener: RequestListener,
  address: { readonly host: string; readonly port: number },
  {
    idleMs = IDLE_MS,
    onUnreadable = () => undefined,
  }: { readonly idleMs?: number; readonly onUnreadable?: (status: number) => void } = {},
): Promise<HttpServer> {
  const server = createServer(LIMITS, checked(listener));
  server.maxConnections = MAX_CONNECTIONS;
  server.timeout = idleMs;
  server.on('clientError', (error, socket) => answerClientError(error, socket, onUnreadable));
  server.on('checkExpectation', refuseExpectation);
  await listen(server, address);
  const bound = server.address();
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : address.port,
    close: () => close(server),
  };
}

function listen(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, host, port)));
    server.listen(port, host, resolve);
  });
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const why = LISTEN_ERRORS[error.code ?? ''];
  return why === undefined ? error : new ConfigError(why(host, port));
}

const noSuchHost = (host: string): string =>
  `HOST: ${host} is not an address of this machine; set 127.0.0.1, or 0.0.0.0 with a token`;

const LISTEN_ERRORS: Readonly<Record<string, (host: string, port: number) => string>> = {
  EADDRINUSE: (host, port) =>
    `PORT: ${port} is already in use on ${host}; stop what listens there or set another PORT`,
  EACCES: (_host, port) => `PORT: ${port} may not be used by this user; set one above 1023`,
  EADDRNOTAVAIL: noSuchHost,
  ENOTFOUND: noSuchHost,
};

function close(server: Server): Promise<void> {
  const cut = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  return new Promise((resolve) => {
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}

/** What Node would refuse in words of its own, or take although it dropped a part of it. */
function checked(listener: RequestListener): RequestListener {
  return (request, response) => {
    if (request.rawHeaders.length > 2 * MOST_HEADERS) {
      refuse(response, 431, 'request_header_fields_too_large', `there are more than ${MOST_HEADERS} headers`);
    } else if (request.headers.host === undefined && request.httpVersion !== '1.0') {
      refuse(response, 400, 'bad_request', 'the request names no Host');
    } else {
      listener(request, response);
    }
  };
}

const refuseExpectation: RequestListener = (_request, response) => {
  refuse(response, 417, 'expectation_failed', 'only Expect: 100-continue is understood');
};

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  const body = errorBody(code, message);
  const length = Buffer.byteLength(body);
  response.writeHead(status, { 'Content-Type': JSON_TYPE, 'Content-Length': length, Connection: 'close' });
  response.end(body);
}

/** What cannot even be parsed as HTTP is answered in the shape of every other error. */
function answerClientError(
  error: NodeJS.ErrnoException,
  socket: Duplex,
  onUnreadable: (status: number) => void,
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, code, message] = CLIENT_ERRORS[error.code ?? ''] ?? NOT_HTTP;
  onUnreadable(status);
  const body = errorBody(code.toLowerCase().replaceAll(' ', '_'), message);
  socket.end(
    `HTTP/1.1 ${status} ${code}\r\nContent-Type: ${JSON_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

const JSON_TYPE = 'application/json; charset=utf-8';

function errorBody(code: string, message: string): string {
  return JSON.stringify({ error: { code, message }, requestId: randomUUID() });
}

type ClientError = readonly [status: number, code: string, message: string];
const NOT_HTTP: ClientError = [400, 'Bad Request', 'the request is not HTTP'];
const CLIENT_ERRORS: Readonly<Record<string, ClientError>> = {
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large', 'the headers are larger than 16384 bytes'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout', 'the request did not arrive in time'],
};
