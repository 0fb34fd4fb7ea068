/** Requests byte by byte over a plain socket: a client library would tidy most of them, or refuse to send them. */
import { connect, type Socket } from 'node:net';

/** Names and values in order; a name may come more than once. */
export type Headers = readonly (readonly [name: string, value: string])[];

export interface Message {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Headers;
  readonly body?: string | Buffer;
  /** Where it comes from; every 127.x.y.z is this machine. */
  readonly from?: string;
}

export interface Reply {
  readonly status: number;
  /** Names in small letters; of several the last. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** Null where the text is not JSON. */
  readonly body: any;
  /** The statuses of all answers that came on this connection. */
  readonly statuses: readonly number[];
}

export interface SpeakOptions {
  readonly from?: string;
  /** Default: until the first whole answer. `closed`: until the server has ended the connection. */
  readonly until?: 'answered' | 'closed';
  /** An answer to HEAD names a length and has no body. */
  readonly isHead?: boolean;
}

/** One request as it should be written, with `Host` and `Content-Length` unless they are given. */
export function call(port: number, message: Message, options: SpeakOptions = {}): Promise<Reply> {
  const { method = 'GET', from } = message;
  return speak(port, (socket) => socket.write(bytesOf(message)), {
    isHead: method === 'HEAD',
    ...(from === undefined ? {} : { from }),
    ...options,
  });
}

export function bytesOf({ method = 'GET', path, headers = [], body }: Message): Buffer {
  const has = (wanted: string) => headers.some(([name]) => name.toLowerCase() === wanted);
  const raw = Buffer.from(body ?? '');
  const all: Headers = [
    ...(has('host') ? [] : [['Host', '127.0.0.1'] as const]),
    ...headers,
    ...(body === undefined || has('content-length') || has('transfer-encoding')
      ? []
      : [['Content-Length', String(raw.length)] as const]),
  ];
  const head = [`${method} ${path} HTTP/1.1`, ...all.map(([name, value]) => `${name}: ${value}`)].join(
    '\r\n',
  );
  // Headers are bytes: `é` is one of them.
  return Buffer.concat([Buffer.from(`${head}\r\n\r\n`, 'latin1'), raw]);
}

/**
 * Opens a connection, lets `talk` write, and answers what came back. Rejects where the connection ends without an answer,
 * unless `talk` is about that (`until: 'closed'`): then the status is 0.
 */
export function speak(
  port: number,
  talk: (socket: Socket) => unknown,
  { from, until = 'answered', isHead = false }: SpeakOptions = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect({
      port,
      host: '127.0.0.1',
      allowHalfOpen: true,
      ...(from === undefined ? {} : { localAddress: from }),
    });
    const settle = (): void => {
      const replies = repliesIn(Buffer.concat(chunks), isHead);
      const [first] = replies;
      socket.destroy();
      if (first === undefined && until === 'answered') {
        reject(new Error('the connection ended without an answer'));
        return;
      }
      resolve({ ...(first ?? NO_REPLY), statuses: replies.map(({ status }) => status) });
    };
    socket.on('connect', () => talk(socket));
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      if (until === 'answered' && repliesIn(Buffer.concat(chunks), isHead).length > 0) {
        settle();
      }
    });
    // A server that is done with us closes or resets; our own end stays open until then.
    socket.on('end', settle);
    socket.on('error', settle);
    socket.on('close', settle);
  });
}

type Parsed = Omit<Reply, 'statuses'>;

const NO_REPLY: Parsed = { status: 0, headers: {}, text: '', body: null };

/** Whole answers only. */
function repliesIn(bytes: Buffer, isHead: boolean): readonly Parsed[] {
  const replies: Parsed[] = [];
  let rest = bytes;
  for (let end = rest.indexOf('\r\n\r\n'); end !== -1; end = rest.indexOf('\r\n\r\n')) {
    const [line = '', ...lines] = rest.subarray(0, end).toString('latin1').split('\r\n');
    const headers = Object.fromEntries(
      lines.map((text) => [
        text.slice(0, text.indexOf(':')).toLowerCase(),
        text.slice(text.indexOf(':') + 2),
      ]),
    );
    const length = isHead ? 0 : Number(headers['content-length'] ?? 0);
    const body = rest.subarray(end + 4, end + 4 + length);
    if (body.length < length) {
      break;
    }
    const text = body.toString();
    replies.push({ status: Number(line.split(' ')[1]), headers, text, body: jsonOf(text) });
    rest = rest.subarray(end + 4 + length);
  }
  return replies;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
