import { Context } from '@temporalio/activity';

/** Beats at once and then every `everyMs` while the work runs. The work's own result or error comes out unchanged. */
export async function withHeartbeat<T>(everyMs: number, work: () => Promise<T>): Promise<T> {
  const context = Context.current();
  context.heartbeat();
  const timer = setInterval(() => context.heartbeat(), everyMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
