/** What Temporal answers to a start of an undo, and what that means for the one who asks. */
import { expect, test } from '@jest/globals';
import { type Client, ServiceError } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/common';
import { startUndo } from '../../src/api/undo-start.js';

const input = {
  actionId: 'c.a1',
  undoId: 'c.a1.u1',
  by: { id: 'lea', name: 'Lea', channel: 'api' },
} as const;

/** A client whose workflow of this name was started before. */
function started(describe: () => Promise<unknown>): Client {
  const start = () =>
    Promise.reject(new WorkflowExecutionAlreadyStartedError('started', 'undo-c.a1.u1', 'undoAction'));
  return { workflow: { start, getHandle: () => ({ describe }) } } as unknown as Client;
}

const status = (name: string) => started(async () => ({ status: { name } }));

test('a try that begins is under way', async () => {
  const client = { workflow: { start: async () => ({}) } } as unknown as Client;

  await expect(startUndo(client, 'queue', input)).resolves.toBe('under way');
});

test.each(['RUNNING', 'PAUSED'])('one that was begun before and is %s is the same one', async (name) => {
  await expect(startUndo(status(name), 'queue', input)).resolves.toBe('under way');
});

test.each(['COMPLETED', 'FAILED', 'TERMINATED', 'CANCELLED', 'TIMED_OUT'])(
  'one that is %s is over',
  async (name) => {
    await expect(startUndo(status(name), 'queue', input)).resolves.toBe('over');
  },
);

test('one that Temporal forgot meanwhile is over', async () => {
  const gone = started(() => Promise.reject(new WorkflowNotFoundError('gone', 'undo-c.a1.u1', undefined)));

  await expect(startUndo(gone, 'queue', input)).resolves.toBe('over');
});

test('a Temporal that goes away in between is a 503', async () => {
  const away = started(() => Promise.reject(new ServiceError('unavailable')));

  await expect(startUndo(away, 'queue', input)).rejects.toMatchObject({ status: 503, code: 'temporal_away' });
});
