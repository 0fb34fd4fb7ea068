/** A transition as Jira shows it, from the issue's own list or expanded in the issue. */
import { FIELDS, PRIORITIES, RESOLUTIONS } from './catalog.js';
import type { JiraTransitionRecord } from './records.js';
import { renderStatus, rest, type View } from './render.js';

/** @param withFields as `expand=transitions.fields` asks for: what its screen holds */
export function renderTransition(
  view: View,
  transition: JiraTransitionRecord,
  withFields: boolean,
): Record<string, unknown> {
  const status = view.state.findStatus(transition.to);
  const fields = transition.requiredFields.map((field) => [field, renderField(view, field)] as const);
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
    ...(withFields ? { fields: Object.fromEntries(fields) } : {}),
  };
}

export function nameOfField(id: string): string {
  return FIELDS.find(([known]) => known === id)?.[1] ?? id;
}

function renderField(view: View, id: string): Record<string, unknown> {
  const allowed = { resolution: RESOLUTIONS, priority: PRIORITIES }[id];
  return {
    required: true,
    schema: { type: FIELDS.find(([known]) => known === id)?.[2] ?? id, system: id },
    name: nameOfField(id),
    key: id,
    hasDefaultValue: false,
    operations: ['set'],
    ...(allowed === undefined
      ? {}
      : {
          allowedValues: allowed.map((one) => ({
            self: `${rest(view)}/${id}/${one.id}`,
            id: one.id,
            name: one.name,
          })),
        }),
  };
}
