/** Runs a function as an attempt of an activity, without a server: the context that activities read, and nothing else. */
import { asyncLocalStorage, Context, type Info } from '@temporalio/activity';
import { noopMetricMeter } from '@temporalio/common';

const SILENT = {
  log: () => undefined,
  trace: () => undefined,
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/**
 * As `MockActivityEnvironment` does, which loads the whole worker of Temporal besides: that would take a process of the
 * soak as long as its work.
 */
export function inActivity<R>(info: Pick<Info, 'activityId' | 'attempt'>, run: () => Promise<R>): Promise<R> {
  const cancelled = new Promise<never>(() => undefined);
  const { signal } = new AbortController();
  const beat = () => undefined;
  const context = new Context(info as Info, cancelled, signal, beat, undefined, SILENT, noopMetricMeter, {});
  return asyncLocalStorage.run(context, run);
}
