/** Whom it is told that nobody knows whether an effect was done: whoever steps in for the team. */
import type { UnknownTold } from '../audit/effects.js';
import type { UntoldTold } from '../audit/refill.js';
import { itemLink } from '../domain/item-link.js';
import type { Restore } from '../domain/restore.js';
import type { ActivityDeps } from './dependencies.js';
import { escalationPlace } from './escalation.js';

type Deps = Pick<ActivityDeps, 'teams' | 'people' | 'acts' | 'pages'>;

/** @param message the action's result, in words for a person */
export function unknownTold(
  deps: Deps,
  { actionId, target }: { readonly actionId: string; readonly target: string },
  message: string,
): UnknownTold {
  const link = itemLink(deps.pages, target);
  const text = [
    message,
    `Look at ${link ?? target}, then say what you found:`,
    `\`npx pm-agent settle ${actionId} --done\` or \`npx pm-agent settle ${actionId} --not-done\``,
  ].join('\n');
  return { text, placesOf: (team) => placesOf(deps, team) };
}

/** Named in one message; how many others there are is said. */
const NAMED = 10;

/** Of what a restore lost: one message for all. Once everything is known that Temporal still tells. */
export function untoldTold(deps: Deps, { at }: Pick<Restore, 'at'>): UntoldTold {
  return {
    placesOf: (team) => placesOf(deps, team),
    textOf: (effects) => {
      const named = effects.slice(0, NAMED);
      const others = effects.length - named.length;
      return [
        `The databases were restored at ${at}. Of ${effects.length === 1 ? 'one effect' : `${effects.length} effects`} from before, nobody knows whether it was done. Look at each, then say what you found:`,
        '`npx pm-agent settle <action> --done` or `npx pm-agent settle <action> --not-done`',
        ...named.map(
          ({ actionId, target }) => `- \`${actionId}\`: ${itemLink(deps.pages, target) ?? target}`,
        ),
        ...(others === 0 ? [] : [`and ${others} more: \`npx pm-agent settle\` lists them.`]),
      ].join('\n');
    },
  };
}

/** Of an event that no team owns every team is told: somebody has to look. */
function placesOf({ teams, people, acts }: Deps, team: string | null): readonly string[] {
  const owners = teams.filter(({ id }) => id === team);
  const places = (owners.length > 0 ? owners : teams).map((one) => escalationPlace(one, people));
  return acts.slack ? [...new Set(places.filter((place) => place !== null))] : [];
}
