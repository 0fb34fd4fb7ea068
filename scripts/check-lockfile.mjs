/**
 * A lockfile is only good everywhere when it holds every platform's build of each native package (a registry that
 * serves a new release before its binaries lets `npm install` drop them silently, and `npm ci` then fails elsewhere)
 * and names no host of its own.
 */
import { readFileSync } from 'node:fs';

const { packages } = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'));

/** The places where Node would look for a package from `path`, innermost first. */
function places(path, name) {
  const parts = path === '' ? [] : path.split('/node_modules/');
  const nested = parts.map(
    (_, index) => `${parts.slice(0, parts.length - index).join('/node_modules/')}/node_modules/${name}`,
  );
  return [...nested, `node_modules/${name}`];
}

const problems = Object.entries(packages).flatMap(([path, entry]) => [
  ...Object.keys(entry.optionalDependencies ?? {})
    .filter((name) => !places(path, name).some((place) => packages[place] !== undefined))
    .map(
      (name) => `${path || 'the project'} needs ${name} on some platform, and the lockfile does not hold it`,
    ),
  ...(entry.resolved !== undefined && entry.link !== true
    ? [`${path} is locked to one host: ${entry.resolved}`]
    : []),
]);

for (const problem of problems) {
  console.error(problem);
}
console.log(problems.length === 0 ? 'the lockfile holds every platform' : `${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);
