import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config/config.js';
import type { Logger } from '../log.js';
import { field, getJson } from './readiness.js';

/** Is it our sandbox that answers there? */
export async function isSandbox(url: string): Promise<boolean> {
  return Array.isArray(field(await getJson(`${url}/_received?vendor=jira`), 'items'));
}

/** Lets the sandbox play a few events, once per DATA_DIR, so that a newcomer has something to see. */
export async function playStoryOnce(config: Config, log: Logger): Promise<void> {
  const marker = join(config.dataDir, 'story-played');
  if (!config.sandbox.story || !config.jira.sandboxed || existsSync(marker)) {
    return;
  }
  try {
    const response = await fetch(`${config.sandbox.url}/_story/demo`, { method: 'POST' });
    if (!response.ok) {
      throw new Error(`the sandbox answered ${response.status}`);
    }
    writeFileSync(marker, `${new Date().toISOString()}\n`);
  } catch (error) {
    log.warn({ err: error }, 'the demo story could not be played');
  }
}
