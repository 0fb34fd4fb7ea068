/** The listening socket, with limits that slow or oversized senders run into early. */
import { randomUUID } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { ConfigError } from '../config/config.js';

/** Node's own are 60 s and 300 s, checked every 30 s: enough for anybody to hold all sockets. */
const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 16 * 1024,
};
/**
 * Connections are capped, requests on one are not: past such a cap Node answers 503 by itself to whoever sends on, and a
 * vendor's delivery would be turned away for no reason of ours.
 */
const MAX_CONNECTIONS = 1_000;
/** How long answers under way may take once we stop. */
const DRAIN_MS = 5_000;

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
  onUnreadable: (status: number) => void = () => undefined,
): Promise<HttpServer> {
  const server = createServer(LIMITS, listener);
  server.maxConnections = MAX_CONNECTIONS;
  server.on('clientError', (error, socket) => answerClientError(error, socket, onUnreadable));
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
  const body = JSON.stringify({
    error: { code: code.toLowerCase().replaceAll(' ', '_'), message },
    requestId: randomUUID(),
  });
  socket.end(
    `HTTP/1.1 ${status} ${code}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

type ClientError = readonly [status: number, code: string, message: string];
const NOT_HTTP: ClientError = [400, 'Bad Request', 'the request is not HTTP'];
const CLIENT_ERRORS: Readonly<Record<string, ClientError>> = {
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large', 'the headers are larger than 16384 bytes'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout', 'the request did not arrive in time'],
};
