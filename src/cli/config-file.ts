/** Which pm-agent.yaml a command reads: the one that it names, else the one that the product would read here. */
import type { Io } from './command.js';

/** The file that is read where none is named. */
export const USUAL_CONFIG = 'pm-agent.yaml';

export interface NamedFile {
  readonly file: string;
  /** Who named it, so that it has to be there; left out: nobody did. */
  readonly askedBy?: string;
}

/** @param by what names `given`, in words for a message */
export function configFile({ env }: Pick<Io, 'env'>, given: string | undefined, by: string): NamedFile {
  if (given !== undefined) {
    return { file: given, askedBy: by };
  }
  const { PM_AGENT_CONFIG: set = '' } = env;
  return set === '' ? { file: USUAL_CONFIG } : { file: set, askedBy: 'PM_AGENT_CONFIG' };
}
