/** How an effect of ours carries its action in Jira, on a comment or an issue, and how it is told from the others. */
import type { z } from 'zod';
import type { markerSchema } from './schema.js';

/** The property that holds the action's id and the marks of what it answers. */
export const ACTION_PROPERTY = 'pm-agent.action';

/**
 * Keeps a comment from the customers of a service project, to whom the platform's API shows every comment otherwise; other
 * projects take no notice of it.
 */
export const INTERNAL = { key: 'sd.public.comment', value: { internal: true } };

interface Marked {
  readonly marker: z.infer<typeof markerSchema> | null | undefined;
}

/** What carries this action's marker, else the first that answers what carries one of `sought`. */
export function markedFor<T extends Marked>(
  marked: readonly T[],
  actionId: string,
  sought: readonly string[],
): T | undefined {
  return (
    marked.find(({ marker }) => marker?.actionId === actionId) ??
    marked.find(({ marker }) => marker?.answers?.some((answered) => sought.includes(answered)))
  );
}
