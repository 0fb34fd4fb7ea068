import { createLogger } from '../../src/log.js';

/** A real logger that says nothing below fatal. */
export const quietLog = createLogger('test', { level: 'fatal', format: 'json' });
