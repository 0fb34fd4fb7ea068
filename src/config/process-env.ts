/** The environment of this process: what `loadConfig` is given, and what child processes inherit. */
export function processEnvironment(): NodeJS.ProcessEnv {
  return process.env;
}
