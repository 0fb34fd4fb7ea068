/** `pm-agent backup`: a checked copy of the databases, also while pm-agent runs. */
import { resolve } from 'node:path';
import { loadStoreConfig } from '../config/load.js';
import { createLogger } from '../log.js';
import type { Io, Register } from './command.js';
import { jsonText } from './json-text.js';
import { table, when } from './table.js';

interface BackupFlags {
  readonly to?: string;
  readonly json?: boolean;
}

export const registerBackup: Register = (program, run) => {
  program
    .command('backup')
    .description('copy the databases, also while pm-agent runs')
    .option('--to <folder>', 'an empty folder; without it a new one below DATA_DIR/backups')
    .option('--json', 'as JSON')
    .action((flags: BackupFlags) => run((io) => backup(io, flags)));
};

/** What opens a database is loaded only here: no other command needs it. */
async function backup(io: Io, { to, json }: BackupFlags): Promise<number> {
  const config = loadStoreConfig(io.env, { cwd: io.cwd });
  const { takeBackup } = await import('../backup/take-backup.js');
  const { STORES } = await import('../backup/stores.js');
  const { folder, manifest } = await takeBackup({
    config,
    to: to === undefined ? null : resolve(io.cwd, to),
    log: createLogger('backup', { level: 'silent', format: 'json' }),
    clock: () => new Date(),
  });
  if (json === true) {
    io.out(`${jsonText({ folder, ...manifest })}\n`);
    return 0;
  }
  const rows = manifest.stores.map(({ name, file, bytes }) => [file, megabytes(bytes), STORES[name].holds]);
  io.out(
    [
      `Backed up to ${folder}, as of ${when(manifest.takenAt)} UTC; every page was checked.`,
      '',
      table(['FILE', 'SIZE', 'HOLDS'], rows),
      'Not in it: .env, pm-agent.yaml, generated secrets of simulated vendors, and what Temporal keeps.',
      `It holds what people wrote: keep it as private as DATA_DIR. The way back: pm-agent restore ${folder}`,
      '',
    ].join('\n'),
  );
  return 0;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
