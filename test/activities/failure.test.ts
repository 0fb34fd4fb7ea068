import { describe, expect, test } from '@jest/globals';
import { ApplicationFailure, CancelledFailure } from '@temporalio/activity';
import { z } from 'zod';
import { guarded, toActivityFailure } from '../../src/activities/failure.js';
import { vendorError } from './support/vendor-data.js';
import { environment } from './support/world.js';

describe('a failure of a vendor', () => {
  test('is named after service and code, and keeps its cause', () => {
    const error = vendorError('unavailable', { retryable: true, status: 503, requestId: 'r-1' });

    const failure = toActivityFailure(error);

    expect(failure).toBeInstanceOf(ApplicationFailure);
    expect(failure).toMatchObject({
      type: 'Integration.jira.unavailable',
      nonRetryable: false,
      cause: error,
    });
    expect(failure.details).toEqual([{ status: 503, requestId: 'r-1', outcomeUnknown: false }]);
  });

  test('that no retry can mend is not tried again', () => {
    expect(toActivityFailure(vendorError('auth', { status: 401 })).nonRetryable).toBe(true);
  });

  test('with an unknown outcome is tried again, since a write looks first', () => {
    const error = vendorError('timeout', { retryable: false, outcomeUnknown: true });

    expect(toActivityFailure(error).nonRetryable).toBe(false);
  });

  test.each([
    ['as told', 7_000, 7_000],
    ['at most 15 minutes', 3_600_000, 900_000],
  ])('waits %s where the vendor says how long', (_what, asked, waited) => {
    const error = vendorError('rate_limit', { retryable: true, status: 429, retryAfterMs: asked });

    expect(toActivityFailure(error)).toMatchObject({ nextRetryDelay: waited, category: 'BENIGN' });
  });
});

describe('any other failure', () => {
  test('is tried again, with its cause', () => {
    const error = new TypeError('undefined is not a function');

    expect(toActivityFailure(error)).toMatchObject({
      message: 'undefined is not a function',
      type: 'Activity.Unexpected',
      nonRetryable: false,
      cause: error,
    });
  });

  test('of a schema is not tried again: the value will not change', () => {
    const { error } = z.string().safeParse(1);

    expect(toActivityFailure(error)).toMatchObject({ type: 'Activity.InvalidValue', nonRetryable: true });
  });

  test('that is a failure of Temporal already stays as it is', () => {
    const failure = ApplicationFailure.nonRetryable('no', 'Mine');

    expect(toActivityFailure(failure)).toBe(failure);
  });

  test('that is no Error at all still says what was thrown', () => {
    expect(toActivityFailure('broken').message).toBe('broken');
  });
});

describe('a guarded activity', () => {
  test('throws classified failures only', async () => {
    const activity = guarded(async () => {
      throw vendorError('auth');
    });

    await expect(environment().run(activity)).rejects.toMatchObject({ type: 'Integration.jira.auth' });
  });

  test('that was cancelled says so, whatever the interrupted call made of it', async () => {
    const env = environment();
    const activity = guarded(async () => {
      env.cancel();
      throw vendorError('network', { retryable: true });
    });

    await expect(env.run(activity)).rejects.toBeInstanceOf(CancelledFailure);
  });
});
