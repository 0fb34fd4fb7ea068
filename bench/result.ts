/** One line of bench/results/latest.json. */
export interface Result {
  readonly value: number;
  readonly unit: string;
  /** The bare thing, measured in the same run; null where a limit is absolute. */
  readonly baseline: number | null;
  readonly baselineName: string;
  readonly ratio: number | null;
  readonly higherIsBetter: boolean;
  /** What the project asks of itself: of `ratio` where there is one, else of `value`. */
  readonly limit: number;
  readonly ok: boolean;
}

export type Benchmark = () => Promise<Record<string, Result>>;

export function against(
  measured: {
    readonly value: number;
    readonly baseline: number;
    readonly baselineName: string;
    readonly unit: string;
  },
  goal: { readonly higherIsBetter: boolean; readonly limit: number },
): Result {
  const ratio = measured.value / measured.baseline;
  return { ...measured, ratio, ...goal, ok: goal.higherIsBetter ? ratio >= goal.limit : ratio <= goal.limit };
}

/** A figure with a limit of its own; `twin` is the bare thing for comparison. */
export function absolute(
  value: number,
  unit: string,
  limit: number,
  twin: { readonly baseline: number; readonly baselineName: string } | null = null,
): Result {
  return {
    value,
    unit,
    baseline: twin?.baseline ?? null,
    baselineName: twin?.baselineName ?? '',
    ratio: twin === null ? null : value / twin.baseline,
    higherIsBetter: false,
    limit,
    ok: value <= limit,
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}
