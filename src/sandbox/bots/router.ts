import { Router } from 'express';
import type { SandboxDeps } from '../deps.js';
import { refuse } from '../http.js';
import { isRecord } from '../loose-json.js';
import { BOT_VENDORS, type Bot, type Bots } from './bot.js';
import { joinVendor } from './join.js';

type BotDeps = Pick<SandboxDeps, 'jira' | 'bitbucket' | 'slack'>;

/** `GET /_bots` · `POST /_bots` replaces the bots; `[]` stops them. */
export function createBotRouter(deps: BotDeps, bots: Bots): Router {
  const router = Router();
  router.get('/_bots', (_request, response) => void response.json({ items: bots.list() }));
  router.post('/_bots', (request, response) => {
    const body: unknown = request.body;
    const read = Array.isArray(body) ? body.map(readBot) : ['The bots are a list: [{"vendor", "text"}, …].'];
    const problem = read.find((bot) => typeof bot === 'string');
    if (problem !== undefined) return refuse(response, problem);
    const given = read.filter((bot) => typeof bot !== 'string');
    for (const bot of given) joinVendor(deps, bot);
    bots.replace(given);
    response.json({ items: bots.list() });
  });
  return router;
}

/** A text says what is wrong with it. */
function readBot(value: unknown): Bot | string {
  if (!isRecord(value)) return 'A bot is an object: {"vendor", "text", …}.';
  const { vendor, text, marked = true, times = null } = value;
  const known = BOT_VENDORS.find((name) => name === vendor);
  if (known === undefined) return `"vendor" must be one of ${BOT_VENDORS.join(', ')}.`;
  if (typeof text !== 'string' || text.trim() === '') return '"text" must be a text.';
  if (typeof marked !== 'boolean') return '"marked" must be true or false.';
  if (times !== null && !(typeof times === 'number' && Number.isInteger(times) && times > 0))
    return '"times" must be a number from 1 on.';
  return { vendor: known, text, marked, times, said: 0 };
}
