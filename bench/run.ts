/** `npm run bench [-- name …] [--strict]`: each benchmark beside its bare twin, as a table and as bench/results/latest.json. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { benchmarks } from './index.js';
import type { Result } from './result.js';

const resultsFile = fileURLToPath(new URL('./results/latest.json', import.meta.url));

async function main(args: readonly string[]): Promise<number> {
  const strict = args.includes('--strict');
  const names = args.filter((arg) => !arg.startsWith('--'));
  const unknown = names.filter((name) => !(name in benchmarks));
  if (unknown.length > 0) {
    console.error(`no benchmark ${unknown.join(', ')}; there are: ${Object.keys(benchmarks).join(', ')}`);
    return 2;
  }
  const results: Record<string, Result> = {};
  for (const [name, run] of Object.entries(benchmarks)) {
    if (names.length === 0 || names.includes(name)) {
      console.log(`running ${name} …`);
      Object.assign(results, await run());
    }
  }
  print(results);
  mkdirSync(new URL('./results/', import.meta.url), { recursive: true });
  writeFileSync(resultsFile, `${JSON.stringify({ ...earlier(), ...results }, null, 2)}\n`);
  return strict && Object.values(results).some((result) => !result.ok) ? 1 : 0;
}

/** Results of benchmarks that this run left out stay. */
function earlier(): Record<string, Result> {
  try {
    return JSON.parse(readFileSync(resultsFile, 'utf8')) as Record<string, Result>;
  } catch {
    return {};
  }
}

function print(results: Record<string, Result>): void {
  const rows = Object.entries(results).map(([name, result]) => [
    name,
    `${round(result.value)} ${result.unit}`,
    result.baseline === null ? '' : `${round(result.baseline)} ${result.unit}`,
    result.baselineName,
    result.ratio === null ? '' : round(result.ratio),
    `${result.higherIsBetter ? '≥' : '≤'} ${result.limit}`,
    result.ok ? 'ok' : 'MISSED',
  ]);
  const table = [['benchmark', 'value', 'baseline', 'is', 'ratio', 'limit', ''], ...rows];
  const widths =
    table[0]?.map((_, column) => Math.max(...table.map((row) => (row[column] ?? '').length))) ?? [];
  for (const row of table) {
    console.log(row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  }
}

function round(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(2);
}

process.exit(await main(process.argv.slice(2)));
