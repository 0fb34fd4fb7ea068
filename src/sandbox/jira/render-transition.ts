/** A transition as Jira shows it, from the issue's own list or expanded in the issue. */
import type { JiraTransitionRecord } from './records.js';
import { renderStatus, type View } from './render.js';

export function renderTransition(view: View, transition: JiraTransitionRecord): Record<string, unknown> {
  const status = view.state.findStatus(transition.to);
  return {
    id: transition.id,
    name: transition.name,
    ...(status === null ? {} : { to: renderStatus(view, status) }),
    hasScreen: transition.requiredFields.length > 0,
    isGlobal: transition.from.length === 0,
    isInitial: false,
    isAvailable: true,
    isConditional: false,
    isLooped: false,
    fields: Object.fromEntries(
      transition.requiredFields.map((field) => [
        field,
        {
          required: true,
          schema: { type: field, system: field },
          name: field,
          key: field,
          hasDefaultValue: false,
          operations: ['set'],
        },
      ]),
    ),
  };
}
