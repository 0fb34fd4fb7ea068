import { existsSync, mkdtempSync, rmdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errorCode } from '../../config/error-code.js';
import { type Check, fail, ok } from '../check.js';

/** The folder itself, or where it is still to be made, the nearest one above it. */
export function nearestFolder(folder: string): string {
  const above = dirname(folder);
  return existsSync(folder) || above === folder ? folder : nearestFolder(above);
}

/** By writing: a file system that is read-only, full or out of inodes shows only then. */
export const dataFolder: Check = {
  name: 'data folder',
  asksOthers: false,
  run: ({ config: { dataDir } }) => {
    const folder = nearestFolder(dataDir);
    try {
      rmdirSync(mkdtempSync(join(folder, '.doctor-')));
    } catch (error) {
      return fail(
        `cannot write to ${folder} (${errorCode(error)})`,
        'give it to the user that runs pm-agent, or name another folder with DATA_DIR',
      );
    }
    return ok(folder === dataDir ? `${dataDir} can be written` : `${dataDir} is made at the first start`);
  },
};
