/** What cannot be shown from this machine alone: a connection that comes from elsewhere. */
import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { isLocalRequest } from '../../src/api/local-request.js';

function isLocalFrom(remoteAddress: string | undefined): boolean {
  const request = {
    headers: { host: 'localhost' },
    rawHeaders: ['Host', 'localhost'],
    socket: { remoteAddress },
  } as unknown as IncomingMessage;
  return isLocalRequest(request, '/api/cycles');
}

describe('without a token, a connection from', () => {
  test.each(['127.0.0.1', '127.5.6.7', '::1', '::ffff:127.0.0.1'])('%s is local', (address) => {
    expect(isLocalFrom(address)).toBe(true);
  });

  test.each(['192.168.1.20', '10.0.0.1', '::ffff:192.168.1.20', 'fe80::1', '203.0.113.7', '', undefined])(
    '%s is refused',
    (address) => {
      expect(isLocalFrom(address)).toBe(false);
    },
  );
});
