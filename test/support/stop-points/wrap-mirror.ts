/** A loader of modules, for preload.ts: the mirror that the product's worker makes gets its points. */
import type { LoadHook } from 'node:module';

const MAKES_THE_MIRROR = /\/dist\/audit\/writer\.js$/;
const MADE = 'export function createMirror(';

export const load: LoadHook = async (url, context, next) => {
  const loaded = await next(url, context);
  if (!MAKES_THE_MIRROR.test(url)) {
    return loaded;
  }
  const source = await new Response(loaded.source ?? null).text();
  if (!source.includes(MADE)) {
    throw new Error(`${url} makes no mirror as it did: the points of a stop lead nowhere`);
  }
  return {
    ...loaded,
    source: `${source.replace(MADE, 'function withoutPoints(')}
export const createMirror = (options) => globalThis.withStopPoints(withoutPoints(options));
`,
  };
};
