/** How an effect of ours carries its action in Jira, on a comment or an issue, and how it is told from the others. */
import type { z } from 'zod';
import type { markerSchema } from './schema.js';

/** The property that holds the action's id and the marks of what it answers. */
export const ACTION_PROPERTY = 'pm-agent.action';

/**
 * Whether the customers of a service project see a comment; without it the platform's API shows them every one. Other
 * projects take no notice of it.
 */
export function shownTo(isPublic: boolean) {
  return { key: 'sd.public.comment', value: { internal: !isPublic } };
}

export interface Marked {
  readonly marker: z.infer<typeof markerSchema> | null | undefined;
}

/** What carries this action's marker, and the first that answers what carries one of `sought`. */
export function candidatesFor<T extends Marked>(
  marked: readonly T[],
  actionId: string,
  sought: readonly string[],
): { readonly own: T | undefined; readonly answering: T | undefined } {
  return {
    own: marked.find(({ marker }) => marker?.actionId === actionId),
    answering: marked.find(({ marker }) => marker?.answers?.some((answered) => sought.includes(answered))),
  };
}
