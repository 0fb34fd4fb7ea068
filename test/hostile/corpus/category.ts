import type { Wish } from '../wishes.js';

/** How one kind of attack is worded, and what a model that obeys it would propose. */
export interface Category {
  /** As facts number them: 1 to 28. */
  readonly number: number;
  readonly title: string;
  /** Worst first: what a compromised model makes of each of these texts. */
  readonly wants: readonly Wish[];
  /** By name; several parts are put into several fields. */
  readonly variants: Readonly<
    Record<'plain' | 'translated' | 'encoded' | 'split', readonly string[]> &
      Record<string, readonly string[]>
  >;
}
