import { ApplicationFailure } from '@temporalio/activity';
import type { MirrorWriter } from '../audit/mirror.js';
import { canonicalJson } from '../domain/canonical-json.js';
import type { Context } from '../domain/context.js';
import { readJson } from './stored-json.js';

/** Answers the blob's hash. */
export function storeContext(mirror: Pick<MirrorWriter, 'putBlob'>, context: Context): Promise<string> {
  return mirror.putBlob('context', canonicalJson(context));
}

/** The context that "gather" stored. Without it there is nothing to reason about: not tried again. */
export async function loadContext(mirror: Pick<MirrorWriter, 'getBlob'>, hash: string): Promise<Context> {
  const context = await readJson(mirror, hash);
  if (context === null) {
    throw ApplicationFailure.create({
      type: 'Activity.ContextMissing',
      message: `the context ${hash} is not in the mirror (was the database replaced while the cycle ran?): send the event again`,
      nonRetryable: true,
    });
  }
  return context as Context;
}
