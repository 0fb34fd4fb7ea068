/** `pm-agent restore`: a backup takes the place of the databases, while pm-agent is stopped. */
import { basename, resolve } from 'node:path';
import type { Restored } from '../backup/restore.js';
import type { StoreName } from '../backup/stores.js';
import { loadStoreConfig, type StoreConfig } from '../config/load.js';
import { createLogger } from '../log.js';
import type { Io, Register } from './command.js';
import { jsonText } from './json-text.js';
import { when } from './table.js';

export const registerRestore: Register = (program, run) => {
  program
    .command('restore')
    .description('bring a backup back; pm-agent must be stopped')
    .argument('<folder>', 'as pm-agent backup printed it')
    .option('--json', 'as JSON')
    .action((folder: string, { json }: { readonly json?: boolean }) =>
      run((io) => restore(io, folder, json === true)),
    );
};

async function restore(io: Io, folder: string, asJson: boolean): Promise<number> {
  const config = loadStoreConfig(io.env, { cwd: io.cwd });
  const { restoreBackup } = await import('../backup/restore.js');
  const { STORES } = await import('../backup/stores.js');
  const restored = await restoreBackup({
    config,
    folder: resolve(io.cwd, folder),
    log: createLogger('restore', { level: 'silent', format: 'json' }),
    clock: () => new Date(),
  });
  const fileOf = (name: StoreName) => basename(STORES[name].fileOf(config));
  io.out(
    asJson
      ? `${jsonText({ ...restored.restore, placed: restored.placed.map(fileOf), asides: restored.asides })}\n`
      : told(config, restored, fileOf),
  );
  return 0;
}

function told(config: StoreConfig, restored: Restored, fileOf: (name: StoreName) => string): string {
  const { manifest, restore: done, placed, asides } = restored;
  const tokens = placed.includes('operators')
    ? 'Tokens are those of the backup: revoke again what was revoked since (pm-agent token list).'
    : 'Tokens stay as they are now.';
  return [
    `Restored ${placed.map(fileOf).join(', ')} as of ${when(manifest.takenAt)} UTC (${ageOf(done)} ago).`,
    ...asides.map((folder) => `What was there before is in ${folder}.`),
    `${tokens} Everybody has to sign in again.`,
    '',
    'Start pm-agent. By itself it then',
    ...(config.sweepEveryMs === null
      ? [
          '- does NOT look for what happened since: SWEEP_EVERY is 0. Set it, or run one sweep by hand (docs/operations.md);',
        ]
      : ['- searches the vendors for what happened since, and answers what was not answered;']),
    '- finds at the vendors what it had answered in the meantime, and does not repeat it;',
    '- ends cycles that run on in Temporal and are not in these records, and begins them anew: requests for approval that',
    '  were opened or decided since the backup are asked again.',
    '',
  ].join('\n');
}

function ageOf({ at, takenAt }: Restored['restore']): string {
  const minutes = Math.max(0, Math.round((Date.parse(at) - Date.parse(takenAt)) / 60_000));
  const hours = Math.floor(minutes / 60);
  return hours < 1
    ? `${minutes} min`
    : hours < 48
      ? `${hours} h ${minutes % 60} min`
      : `${Math.floor(hours / 24)} days`;
}
