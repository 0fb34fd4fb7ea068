/** Senders that begin a body and never end it: they hold what they can for as long as they are let. */
import { connect, type Socket } from 'node:net';
import { bytesOf, type Message } from './wire.js';

export interface StalledSenders {
  /** The status that each was answered with; pending for as long as none was. */
  readonly statuses: readonly Promise<number>[];
  /** Resolves when the first of them was sent away. */
  readonly oneSentAway: Promise<number>;
  close(): void;
}

export interface StallOptions {
  readonly from: string;
  readonly count: number;
  /** A body of one byte more is promised, and this much of it sent at once. */
  readonly bytes: number;
  /** One more byte now and then, so that none of them is idle. */
  readonly trickles?: boolean;
}

/** `message` without a body: its headers are sent as they are. */
export function stallSenders(port: number, message: Message, options: StallOptions): StalledSenders {
  const head = bytesOf({
    ...message,
    headers: [...(message.headers ?? []), ['Content-Length', String(options.bytes + 1_000)]],
  });
  const part = Buffer.alloc(options.bytes, 0x20);
  const sockets = Array.from({ length: options.count }, () =>
    connect({ port, host: '127.0.0.1', localAddress: options.from }),
  );
  const statuses = sockets.map((socket) => statusOn(socket, Buffer.concat([head, part])));
  const trickle = setInterval(() => {
    for (const socket of options.trickles === true ? sockets : []) {
      socket.write(' ');
    }
  }, 100);
  return {
    statuses,
    oneSentAway: Promise.race(statuses),
    close() {
      clearInterval(trickle);
      for (const socket of sockets) {
        socket.destroy();
      }
    },
  };
}

function statusOn(socket: Socket, bytes: Buffer): Promise<number> {
  return new Promise((resolve) => {
    socket.write(bytes);
    socket.once('data', (chunk) => resolve(Number(chunk.toString().split(' ')[1])));
    // Sent away while still sending: the answer may be lost, the connection is.
    socket.on('error', () => undefined);
  });
}
