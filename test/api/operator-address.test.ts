/** What cannot be shown from this machine alone: a connection that comes from elsewhere. */
import { describe, expect, test } from '@jest/globals';
import type { NextFunction, Request, Response } from 'express';
import { HttpError } from '../../src/api/http-error.js';
import { createOperatorAuth } from '../../src/api/operator-auth.js';

function answerTo(remoteAddress: string | undefined): unknown {
  const request = {
    headers: { host: 'localhost' },
    rawHeaders: ['Host', 'localhost'],
    originalUrl: '/api/cycles',
    socket: { remoteAddress },
  } as unknown as Request;
  const response = { setHeader: () => undefined } as unknown as Response;
  let answer: unknown = 'next was not called';
  const next: NextFunction = (error?: unknown) => {
    answer = error;
  };
  createOperatorAuth(null)(request, response, next);
  return answer;
}

describe('without a token, a connection from', () => {
  test.each(['127.0.0.1', '127.5.6.7', '::1', '::ffff:127.0.0.1'])('%s is local', (address) => {
    expect(answerTo(address)).toBeUndefined();
  });

  test.each(['192.168.1.20', '10.0.0.1', '::ffff:192.168.1.20', 'fe80::1', '203.0.113.7', '', undefined])(
    '%s is refused',
    (address) => {
      const answer = answerTo(address);

      expect(answer).toBeInstanceOf(HttpError);
      expect((answer as HttpError).status).toBe(401);
    },
  );
});
