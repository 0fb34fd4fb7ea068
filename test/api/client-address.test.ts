/** Whose word about a client's address counts. What follows from it over real sockets stands in test/bad-inputs. */
import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { createClientAddress } from '../../src/api/client-address.js';

/** Node joins headers of the same name before anybody sees them. */
function request(remoteAddress: string | undefined, headers: Record<string, string> = {}): IncomingMessage {
  return { socket: { remoteAddress }, headers } as unknown as IncomingMessage;
}

const FORWARDED = { 'x-forwarded-for': '203.0.113.7' };

describe('without a trusted proxy the connection’s own address counts', () => {
  const addressOf = createClientAddress([]);

  test.each([
    ['203.0.113.9', '203.0.113.9'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['2001:db8::1', '2001:db8::1'],
    [undefined, ''],
  ])('%s', (remote, expected) => {
    expect(addressOf(request(remote, FORWARDED))).toBe(expected);
  });
});

describe('behind 127.0.0.1 and 10.0.0.0/8', () => {
  const addressOf = createClientAddress(['127.0.0.1', '10.0.0.0/8']);

  test.each([
    ['names nobody', {}, '127.0.0.1'],
    ['names the client', { 'x-forwarded-for': '203.0.113.7' }, '203.0.113.7'],
    ['names a client of IPv6', { 'x-forwarded-for': '2001:db8::1' }, '2001:db8::1'],
    ['appends to what a client claimed', { 'x-forwarded-for': '1.1.1.1, 203.0.113.7' }, '203.0.113.7'],
    ['stands behind another trusted one', { 'x-forwarded-for': '203.0.113.7, 10.1.2.3' }, '203.0.113.7'],
    ['names only trusted ones', { 'x-forwarded-for': '10.9.9.9, 10.1.2.3' }, '10.9.9.9'],
    ['names no address', { 'x-forwarded-for': 'unknown' }, '127.0.0.1'],
    ['names a number', { 'x-forwarded-for': '7' }, '127.0.0.1'],
    ['names sixteen kilobytes', { 'x-forwarded-for': 'x'.repeat(16_000) }, '127.0.0.1'],
    ['speaks by another header', { forwarded: 'for=203.0.113.7', 'x-real-ip': '203.0.113.7' }, '127.0.0.1'],
  ])('a proxy that %s', (_name, headers, expected) => {
    expect(addressOf(request('127.0.0.1', headers))).toBe(expected);
    expect(addressOf(request('::ffff:127.0.0.1', headers))).toBe(expected);
  });

  test.each(['127.0.0.2', '203.0.113.9', '::1', '11.0.0.1'])(
    '%s is not one of them, whatever it says',
    (remote) => {
      expect(addressOf(request(remote, FORWARDED))).toBe(remote);
    },
  );
});
