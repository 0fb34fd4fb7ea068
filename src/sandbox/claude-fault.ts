/** What a fault of kind `status` answers in place of the simulated Anthropic API, in its shape. */
import { randomUUID } from 'node:crypto';
import type { Response } from 'express';

export function anthropicFault(response: Response, status: number): void {
  const requestId = `req_sandbox_${randomUUID().replaceAll('-', '').slice(0, 16)}`;
  const type = ERROR_TYPES[status] ?? 'api_error';
  response
    .status(status)
    .set('request-id', requestId)
    .json({
      type: 'error',
      error: { type, message: MESSAGES[type] ?? 'Internal server error' },
      request_id: requestId,
    });
}

const ERROR_TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  529: 'overloaded_error',
};

const MESSAGES: Readonly<Record<string, string>> = {
  authentication_error: 'invalid x-api-key',
  rate_limit_error: 'This request would exceed your rate limit. Please try again later.',
  overloaded_error: 'Overloaded',
  invalid_request_error: 'The request is not valid.',
  permission_error: 'Your API key does not have permission to use the specified resource.',
};
