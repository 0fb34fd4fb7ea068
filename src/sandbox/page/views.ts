/** Slack's modals that are open now, each as the form that its person sees. */
import type { SandboxDeps } from '../deps.js';
import { at, listAt, textAt } from '../loose-json.js';
import type { SlackViewRecord } from '../slack/records.js';
import { textOf } from './blocks.js';
import { type Html, html } from './html.js';
import { nameOf, type Reader } from './slack-text.js';

export function openViews(deps: SandboxDeps): Html {
  const open = deps.slack.views().filter(({ sentAs }) => typeof sentAs !== 'string');
  return html`${open.map((record) => openView(deps, record))}`;
}

function openView(deps: SandboxDeps, { id, user, view, errors = {} }: SlackViewRecord): Html {
  const reader: Reader = { nameOf: (who) => nameOf(deps, who), zone: 'Etc/UTC' };
  const name = nameOf(deps, user ?? '');
  return html`<section class="modal" aria-labelledby="view-${id}"><h3 id="view-${id}">${textAt(view, 'title', 'text')} <span class="facts">a form that ${name} sees</span></h3>
<form id="view-${id}-form" method="post" action="/_page/slack-view">
<input type="hidden" name="view" value="${id}">
${listAt(view, 'blocks').map((block, index) => viewBlock(block, `view-${id}-${index}`, reader, errors))}
<p><button name="press" value="submit">${textAt(view, 'submit', 'text') ?? 'Submit'}</button> <button name="press" value="close" class="plain" formnovalidate>${textAt(view, 'close', 'text') ?? 'Cancel'}</button></p>
</form></section>`;
}

function viewBlock(
  block: unknown,
  id: string,
  reader: Reader,
  errors: Readonly<Record<string, string>>,
): Html {
  if (at(block, 'type') !== 'input')
    return html`<div class="text">${textOf(at(block, 'text'), reader)}</div>`;
  const name = `${textAt(block, 'block_id') ?? ''}/${textAt(block, 'element', 'action_id') ?? ''}`;
  const hint = textAt(block, 'hint', 'text');
  const error = errors[textAt(block, 'block_id') ?? ''];
  return html`<p><label for="${id}">${textAt(block, 'label', 'text')}</label>
${inputOf(block, id, `input:${name}`)}${hint === null ? null : html`<span class="facts">${hint}</span>`}${
  error === undefined ? null : html`<span class="facts" role="alert">${error}</span>`
}</p>`;
}

function inputOf(block: unknown, id: string, name: string): Html {
  const element = at(block, 'element');
  const required = at(block, 'optional') === true ? '' : 'required';
  if (textAt(element, 'type') === 'datetimepicker') {
    const proposed = Number(at(element, 'initial_date_time') ?? 0) * 1_000;
    return html`<input type="datetime-local" id="${id}" name="${name}" value="${new Date(proposed).toISOString().slice(0, 16)}" required>`;
  }
  if (textAt(element, 'type') === 'static_select') {
    const chosen = textAt(element, 'initial_option', 'value');
    return html`<select id="${id}" name="${name}" ${required}>${listAt(element, 'options').map((option) => {
      const value = textAt(option, 'value') ?? '';
      return html`<option value="${value}" ${value === chosen ? 'selected' : ''}>${textAt(option, 'text', 'text')}</option>`;
    })}</select>`;
  }
  const rows = at(element, 'multiline') === true ? 4 : 1;
  return html`<textarea id="${id}" name="${name}" rows="${rows}" ${required}>${textAt(element, 'initial_value') ?? ''}</textarea>`;
}
