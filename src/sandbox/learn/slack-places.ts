import type { SandboxDeps } from '../deps.js';
import { textAt } from '../loose-json.js';
import type { Note } from './note.js';

/** A user by id or as an object; answers the id, null where the value names nobody. */
export function learnSlackUser(deps: SandboxDeps, raw: unknown, note: Note): string | null {
  const id = textAt(raw) ?? textAt(raw, 'id');
  if (id === null) {
    return null;
  }
  if (deps.slack.findUser(id) === null) {
    const name = textAt(raw, 'username') ?? textAt(raw, 'name') ?? id.toLowerCase();
    deps.slack.saveUser({
      id,
      name,
      realName: textAt(raw, 'real_name') ?? name,
      email: textAt(raw, 'profile', 'email'),
      isBot: false,
      botId: null,
      tz: textAt(raw, 'tz') ?? 'Etc/UTC',
    });
  }
  note(`user ${id}`);
  return id;
}

/** A channel, or a direct message where its id starts with D; the agent and the user are in it. */
export function learnChannel(
  deps: SandboxDeps,
  id: string,
  name: string | null,
  user: string | null,
  note: Note,
): string {
  note(`channel ${id}`);
  const known = deps.slack.findChannel(id);
  if (known !== null) {
    return known.id;
  }
  const isIm = id.startsWith('D');
  const agent = deps.accounts.slack.userId;
  deps.slack.saveChannel({
    id,
    name: isIm ? '' : (name ?? id.toLowerCase()),
    isIm,
    imUser: isIm ? user : null,
    isArchived: false,
    topic: '',
    purpose: '',
    creator: user ?? agent,
    created: Math.floor(deps.clock().getTime() / 1000),
    members: user === null || user === agent ? [agent] : [agent, user],
  });
  return id;
}
