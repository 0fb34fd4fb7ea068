#!/usr/bin/env node
/** The command line of pm-agent; the commands are in src/cli. */
import { existsSync } from 'node:fs';

const program = new URL('../dist/cli/main.js', import.meta.url);

if (!existsSync(program)) {
  process.stderr.write(
    'pm-agent is not built yet: run `npm start` once (it sets everything up), or `npm run build`.\n',
  );
  process.exit(1);
}
if (existsSync('.env')) {
  process.loadEnvFile('.env');
}
const { main } = await import(program.href);
process.exitCode = await main(process.argv.slice(2));
// A handle that something left open must not keep a stopped process alive.
process.channel?.unref();
setTimeout(() => process.exit(), 1_000).unref();
