/**
 * `npm run soak`: the whole product under kills (run.ts), or with `--effects` its effects alone (effects/run.ts), or with
 * `--windows` how late a vendor may be (windows/run.ts).
 */
import { parseArgs } from 'node:util';
import { soakEffects } from './effects/run.js';
import { soakWindows } from './windows/run.js';

if (process.argv.includes('--effects')) {
  const { values } = parseArgs({
    options: {
      effects: { type: 'boolean' },
      runs: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '1' },
    },
  });
  process.exitCode = await soakEffects({ runs: Number(values.runs), seed: Number(values.seed) });
} else if (process.argv.includes('--windows')) {
  const { values } = parseArgs({
    options: {
      windows: { type: 'boolean' },
      delays: { type: 'string', default: '20' },
      seed: { type: 'string', default: '1' },
    },
  });
  process.exitCode = await soakWindows({ delays: Number(values.delays), seed: Number(values.seed) });
} else {
  await import('./run.js');
}
