/**
 * What the call being answered may see. `hide_markers` hides for a while what a write made: reads see the state before
 * it, while writes (and the control routes) see the truth, so that nothing is lost by reading, changing and writing back.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

export interface ReadView {
  /** True for a vendor's reading calls. */
  readonly reading: boolean;
  /** Milliseconds for which what this call writes stays hidden; 0: not at all. */
  readonly hideWritesMs: number;
}

const views = new AsyncLocalStorage<ReadView>();

/** Runs one vendor call under its view. */
export function withReadView<T>(view: ReadView, work: () => T): T {
  return views.run(view, work);
}

/** The view of the current call; the truth outside any. */
export function currentReadView(): ReadView {
  return views.getStore() ?? { reading: false, hideWritesMs: 0 };
}
