import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { MIRROR_MIGRATIONS } from '../../audit/migrations.js';
import type { Config } from '../../config/config.js';
import { DatabaseError } from '../../database/database-error.js';
import { inspectDatabase } from '../../database/inspect.js';
import type { Migration } from '../../database/migrate.js';
import { INBOX_MIGRATIONS } from '../../inbox/migrations.js';
import { createLogger } from '../../log.js';
import { OPERATOR_MIGRATIONS } from '../../operators/migrations.js';
import { type Check, type Finding, fail, messageOf, ok } from '../check.js';

interface Kept {
  readonly file: (config: Config) => string;
  readonly migrations: readonly Migration[];
  /** The setting that names it. */
  readonly setting: string;
}

export const inboxDatabase = databaseCheck('inbox', {
  file: (config) => config.inboxFile,
  migrations: INBOX_MIGRATIONS,
  setting: 'DATA_DIR',
});

export const mirrorDatabase = databaseCheck('mirror', {
  file: (config) => config.mirrorFile,
  migrations: MIRROR_MIGRATIONS,
  setting: 'DATABASE_URL',
});

export const operatorsDatabase = databaseCheck('operators', {
  file: (config) => config.operatorsFile,
  migrations: OPERATOR_MIGRATIONS,
  setting: 'DATA_DIR',
});

function databaseCheck(name: string, kept: Kept): Check {
  return {
    name: `database ${name}`,
    asksOthers: false,
    run: ({ config }) => inspect(kept.file(config), kept),
  };
}

function inspect(file: string, { migrations, setting }: Kept): Finding {
  if (!existsSync(file)) {
    return ok(`${file} is not there yet`);
  }
  const log = createLogger('doctor', { level: 'silent', format: 'json' });
  try {
    const { version, newest } = inspectDatabase(file, migrations, { log, setting });
    return version === newest
      ? ok(`${basename(file)} is whole, schema ${version}`)
      : ok(`${basename(file)} is whole, schema ${version}: the next start brings it to ${newest}`);
  } catch (error) {
    return error instanceof DatabaseError
      ? fail(...inTwo(messageOf(error)))
      : fail(messageOf(error), READ_IT);
  }
}

const READ_IT = `run the doctor as the user that runs pm-agent`;

/** "The database … is damaged (…). It was left as it is. Bring back …": what it is, and what to do. */
function inTwo(message: string): [message: string, advice: string] {
  const at = message.indexOf('. ');
  return at === -1 ? [message, READ_IT] : [message.slice(0, at), message.slice(at + 2)];
}
