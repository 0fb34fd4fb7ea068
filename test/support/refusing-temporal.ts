/** A Temporal that is there and answers every call with one gRPC status, over real HTTP/2. Counts what it was asked. */
import { createServer } from 'node:http2';

export interface RefusingTemporal {
  /** Times of the calls of one method, epoch milliseconds. */
  callsOf(method: string): readonly number[];
  close(): Promise<void>;
}

/** `status`: 8 is RESOURCE_EXHAUSTED, 14 is UNAVAILABLE. `address`: where it listens. */
export async function startRefusingTemporal(status: number, address: string): Promise<RefusingTemporal> {
  const calls: { readonly path: string; readonly at: number }[] = [];
  const server = createServer();
  const sessions = new Set<{ destroy(): void }>();
  server.on('session', (session) => sessions.add(session));
  server.on('stream', (stream, headers) => {
    calls.push({ path: String(headers[':path']), at: Date.now() });
    stream.on('error', () => undefined);
    stream.respond(
      {
        ':status': 200,
        'content-type': 'application/grpc',
        'grpc-status': String(status),
        'grpc-message': 'not now',
      },
      { endStream: true },
    );
  });
  const [host, port] = address.split(':');
  await new Promise<void>((done) => server.listen(Number(port), host, done));
  return {
    callsOf: (method) => calls.filter(({ path }) => path.endsWith(`/${method}`)).map(({ at }) => at),
    close: async () => {
      for (const session of sessions) {
        session.destroy();
      }
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}
