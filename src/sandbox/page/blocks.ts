/** Block Kit as far as the page can show it: texts, quotes, fields, buttons that can be pressed. */
import { at, listAt, textAt } from '../loose-json.js';
import { type Html, html } from './html.js';
import { type Reader, readable } from './slack-text.js';

/** What pressing a button sends; null where the buttons are only to be looked at. */
export interface Pressing {
  readonly id: string;
  readonly hidden: Readonly<Record<string, string>>;
  readonly people: readonly { readonly value: string; readonly label: string }[];
}

type Renderer = (block: unknown, reader: Reader, pressing: Pressing | null) => Html | null;

const BLOCKS: Readonly<Record<string, Renderer>> = {
  header: (block, reader) => html`<p class="block-header">${textOf(at(block, 'text'), reader)}</p>`,
  section: (block, reader) => {
    const fields = listAt(block, 'fields');
    return html`<div class="text">${textOf(at(block, 'text'), reader)}${
      fields.length === 0
        ? null
        : html`<ul>${fields.map((field) => html`<li>${textOf(field, reader)}</li>`)}</ul>`
    }</div>`;
  },
  context: (block, reader) =>
    html`<p class="facts text">${listAt(block, 'elements').map((element) => textOf(element, reader))}</p>`,
  rich_text: (block, reader) => html`${listAt(block, 'elements').map((part) => richText(part, reader))}`,
  actions: (block, _reader, pressing) => (pressing === null ? null : buttons(block, pressing)),
  divider: () => html`<hr>`,
};

/** Blocks of other types are named, so that nothing is silently missing. */
export function blocks(all: readonly unknown[], reader: Reader, pressing: Pressing | null): Html {
  return html`${all.map((block) => {
    const type = textAt(block, 'type') ?? 'untyped';
    const render = Object.hasOwn(BLOCKS, type) ? BLOCKS[type] : undefined;
    return render === undefined ? html`<p class="facts">[${type}]</p>` : render(block, reader, pressing);
  })}`;
}

/** A text object: mrkdwn as a reader sees it, with `*bold*` set so; plain text as it is. */
export function textOf(text: unknown, reader: Reader): Html {
  const words = rawText(text, 'text') ?? '';
  if (at(text, 'type') !== 'mrkdwn') return html`${words}`;
  const parts = words.split(/(?<![\w*])\*([^*\n]+)\*(?![\w*])/);
  return html`${parts.map((part, index) =>
    index % 2 === 1 ? html`<b>${readable(part, reader)}</b>` : readable(part, reader),
  )}`;
}

/** As it came, blanks included; null where it is no text. */
function rawText(value: unknown, key: string): string | null {
  const found = at(value, key);
  return typeof found === 'string' ? found : null;
}

function richText(part: unknown, reader: Reader): Html {
  const words = listAt(part, 'elements').map((element) =>
    textAt(element, 'type') === 'user'
      ? `@${reader.nameOf(textAt(element, 'user_id') ?? '')}`
      : (rawText(element, 'text') ?? rawText(element, 'url') ?? ''),
  );
  return at(part, 'type') === 'rich_text_quote'
    ? html`<blockquote class="text">${words.join('')}</blockquote>`
    : html`<p class="text">${words.join('')}</p>`;
}

/** Does a message wait for somebody to press one of its buttons? */
export function isWaiting(content: readonly unknown[]): boolean {
  return content.some((block) => textAt(block, 'type') === 'actions');
}

function buttons(block: unknown, { id, hidden, people }: Pressing): Html {
  const elements = listAt(block, 'elements').filter((element) => textAt(element, 'type') === 'button');
  return html`<form id="${id}" class="buttons" method="post" action="/_page/slack-click">
${Object.entries(hidden).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<p><label for="${id}-by">As</label> <select id="${id}-by" name="by">${people.map(
    ({ value, label }) => html`<option value="${value}">${label}</option>`,
  )}</select> ${elements.map((button) => pressable(button))}</p>
</form>`;
}

function pressable(button: unknown): Html {
  const label = textAt(button, 'text', 'text') ?? '';
  const url = textAt(button, 'url');
  if (url !== null) return html`<a href="${url}">${label}</a> `;
  const actionId = textAt(button, 'action_id') ?? '';
  const style = textAt(button, 'style') ?? 'plain';
  const question = textAt(button, 'confirm', 'text', 'text');
  return html`<button name="actionId" value="${actionId}" class="${style}">${label}</button> ${
    question === null ? null : html`<span class="facts">“${label}” asks once more: ${question}</span> `
  }`;
}
