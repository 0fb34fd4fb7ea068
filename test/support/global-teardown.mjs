export default async function globalTeardown() {
  const env = globalThis.__TEMPORAL_ENV__;
  globalThis.__TEMPORAL_ENV__ = undefined;
  await env?.teardown();
}
