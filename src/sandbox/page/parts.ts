/** Pieces that several sections share. */
import { type Html, html } from './html.js';

export interface Choice {
  readonly value: string;
  readonly label: string;
}

export interface TalkForm {
  /** Unique on the page and safe in an id. */
  readonly id: string;
  readonly action: string;
  /** Members that say where the words go. */
  readonly hidden: Readonly<Record<string, string>>;
  readonly people: readonly Choice[];
  /** What the text field is called: "Comment on PAY-1". */
  readonly label: string;
  readonly button: string;
  /** The agent's name, for the example. */
  readonly agentName: string;
  readonly extra?: Html;
}

/** A form to say something as a chosen person. */
export function talkForm(form: TalkForm): Html {
  const hidden = Object.entries(form.hidden).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  );
  return html`<form id="${form.id}" class="talk" method="post" action="${form.action}">
${hidden}${form.extra ?? null}
${selectField(`${form.id}-by`, 'by', 'As', form.people)}
<p><label for="${form.id}-text">${form.label}</label>
<textarea id="${form.id}-text" name="text" rows="2" required maxlength="4000" placeholder="@${form.agentName} what is the status?"></textarea></p>
<p><button>${form.button}</button></p>
</form>`;
}

/** A labelled choice. */
export function selectField(id: string, name: string, label: string, choices: readonly Choice[]): Html {
  return html`<p><label for="${id}">${label}</label> <select id="${id}" name="${name}">${choices.map(
    (choice) => html`<option value="${choice.value}">${choice.label}</option>`,
  )}</select></p>`;
}

/** One thing that somebody said. */
export function said(who: string, time: string, text: string | Html, isAgent: boolean): Html {
  return html`<li class="${isAgent ? 'said agent' : 'said'}"><p class="who"><b>${who}</b> <time datetime="${time}">${shortTime(time)}</time></p><div class="${typeof text === 'string' ? 'text' : 'blocks'}">${text}</div></li>`;
}

/** `2026-11-20 10:00` UTC. */
function shortTime(time: string): string {
  return time.slice(0, 16).replace('T', ' ');
}

/** An id attribute from anything. */
export function idFrom(...parts: readonly (string | number)[]): string {
  return parts.join('-').replaceAll(/[^A-Za-z0-9]+/g, '-');
}

/** "1 message", "2 messages". */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
