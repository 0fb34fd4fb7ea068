/** What an evaluation has to reach: eval/thresholds.json, or a file of one's own. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { CommandError, type Io } from '../command.js';
import type { EvalReportView } from './views.js';

const share = z.number().min(0).max(1);
const wanted = z.strictObject({
  /** Share of all scenarios that has to pass. */
  total: share,
  /** At most so many scenarios with something forbidden, and so many without a decision. */
  forbidden: z.int().min(0),
  undecided: z.int().min(0),
  families: z.record(z.string(), share),
});
/** The stand-in's are about the plumbing, the model's about quality. */
const schema = z.strictObject({ standIn: wanted, model: wanted });

export type Thresholds = z.infer<typeof wanted>;

const OWN = fileURLToPath(new URL('../../../eval/thresholds.json', import.meta.url));

export interface ThresholdsFile {
  readonly file: string;
  readonly standIn: Thresholds;
  readonly model: Thresholds;
}

/** Read before anything is asked, and paid. @throws CommandError that names the file and what is wrong in it */
export function readThresholds(io: Io, path: string | undefined): ThresholdsFile {
  const file = path === undefined ? OWN : resolve(io.cwd, path);
  const parsed = schema.safeParse(readJson(file));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new CommandError(
      `${file}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not what it has to be'}`,
    );
  }
  return { file: path ?? 'eval/thresholds.json', ...parsed.data };
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new CommandError(
      `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** Where a run stays below; empty where it holds all. A run of some families is not held to the total. */
export function shortfalls(
  { total, families }: EvalReportView,
  thresholds: Thresholds,
  { isWhole }: { readonly isWhole: boolean },
): readonly string[] {
  const { forbidden, undecided } = total.counts;
  return [
    ...Object.entries(families).flatMap(([family, { score }]) =>
      below(family, score, thresholds.families[family]),
    ),
    ...(isWhole ? below('all families', total.score, thresholds.total) : []),
    ...(isWhole ? missing(families, thresholds) : []),
    ...(forbidden > thresholds.forbidden
      ? [`${forbidden} scenarios with something forbidden, ${thresholds.forbidden} allowed`]
      : []),
    ...(undecided > thresholds.undecided
      ? [`${undecided} scenarios without a decision, ${thresholds.undecided} allowed`]
      : []),
  ];
}

function below(what: string, score: number, wantedScore: number | undefined): readonly string[] {
  if (wantedScore === undefined) {
    return [`${what}: no threshold is set`];
  }
  return score < wantedScore ? [`${what}: ${percent(score)} pass, ${percent(wantedScore)} wanted`] : [];
}

/** A family that is gone cannot have passed. */
function missing(families: EvalReportView['families'], thresholds: Thresholds): readonly string[] {
  return Object.keys(thresholds.families)
    .filter((family) => families[family] === undefined)
    .map((family) => `${family}: it was not run`);
}

export function percent(share: number): string {
  return `${Math.round(share * 1_000) / 10} %`;
}
