import { ApplicationFailure } from '@temporalio/activity';
import type { MirrorWriter } from '../audit/mirror.js';
import { canonicalJson } from '../domain/canonical-json.js';
import type { Context } from '../domain/context.js';

/** Answers the blob's hash. */
export function storeContext(mirror: Pick<MirrorWriter, 'putBlob'>, context: Context): Promise<string> {
  return mirror.putBlob('context', canonicalJson(context));
}

/** The context that "gather" stored. Without it there is nothing to reason about: not tried again. */
export async function loadContext(mirror: Pick<MirrorWriter, 'getBlob'>, hash: string): Promise<Context> {
  const blob = await mirror.getBlob(hash);
  if (blob === null) {
    throw ApplicationFailure.create({
      type: 'Activity.ContextMissing',
      message: `the context ${hash} is not in the mirror (was the database replaced while the cycle ran?): send the event again`,
      nonRetryable: true,
    });
  }
  return JSON.parse(blob.toString('utf8')) as Context;
}
