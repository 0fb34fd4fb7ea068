import { type Config, ConfigError } from './config.js';
import { loadConfig } from './load.js';

export type CheckedConfig =
  | { readonly config: Config; readonly problems: null }
  /** Each thing that is wrong, as a sentence. */
  | { readonly config: null; readonly problems: readonly string[] };

/** The configuration, or everything that is wrong with it. Writes nothing. */
export function checkConfig(env: NodeJS.ProcessEnv, options: { readonly cwd: string }): CheckedConfig {
  try {
    return { config: loadConfig(env, { ...options, onlyLook: true }), problems: null };
  } catch (error) {
    if (error instanceof ConfigError) {
      return { config: null, problems: error.problems };
    }
    throw error;
  }
}
