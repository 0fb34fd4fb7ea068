/** HTML from templates in which every inserted text is escaped. */

/** Markup that is already safe. Only `html` makes it. */
export interface Html {
  readonly markup: string;
}

type Insertable = Html | string | number | null | readonly Insertable[];

/** Tag of a template: texts are escaped, `Html` and lists of it go in as they are, null as nothing. */
export function html(parts: TemplateStringsArray, ...values: readonly Insertable[]): Html {
  const markup = parts.map(
    (part, index) => part + (index < values.length ? render(values[index] ?? null) : ''),
  );
  return { markup: markup.join('') };
}

function render(value: Insertable): string {
  if (value === null) {
    return '';
  }
  if (typeof value === 'string' || typeof value === 'number') {
    return escapeText(String(value));
  }
  return 'markup' in value ? value.markup : value.map(render).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeText(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
