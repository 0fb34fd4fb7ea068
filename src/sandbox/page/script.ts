/** The page's script. Without it the forms work too; with it nothing jumps, and what others do shows up by itself. */
export const SCRIPT = `'use strict';
const status = document.getElementById('said');
let busy = false;

async function refresh() {
  if (busy || document.hidden) return;
  busy = true;
  try {
    const response = await fetch('/', { headers: { accept: 'text/html' } });
    if (!response.ok) return;
    const fresh = new DOMParser().parseFromString(await response.text(), 'text/html').getElementById('main');
    const main = document.getElementById('main');
    if (fresh === null || fresh.innerHTML === main.dataset.shown) return;
    const shown = fresh.innerHTML;
    for (const open of main.querySelectorAll('details[open]')) {
      const again = fresh.querySelector('#' + CSS.escape(open.id));
      if (again !== null) again.open = true;
    }
    const focused = document.activeElement;
    for (const field of main.querySelectorAll('textarea, select')) {
      const again = fresh.querySelector('#' + CSS.escape(field.id));
      if (again === null) continue;
      if (field.tagName === 'TEXTAREA' && field === focused) again.replaceWith(field);
      else if (field.tagName === 'TEXTAREA' || [...again.options].some((option) => option.value === field.value)) again.value = field.value;
    }
    const start = focused && focused.selectionStart;
    main.replaceChildren(...document.adoptNode(fresh).childNodes);
    main.dataset.shown = shown;
    const again = focused && focused.id && document.getElementById(focused.id);
    if (again && main.contains(again)) {
      again.focus({ preventScroll: true });
      if (typeof start === 'number') again.setSelectionRange(start, start);
    }
  } catch {
    status.textContent = 'The sandbox does not answer. Is it still running?';
  } finally {
    busy = false;
  }
}

document.addEventListener('submit', async (event) => {
  const form = event.target;
  event.preventDefault();
  try {
    const response = await fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form, event.submitter)), headers: { accept: 'application/json' } });
    const answer = await response.json();
    status.textContent = response.ok ? answer.message : answer.error.message;
    if (response.ok) for (const field of form.querySelectorAll('textarea')) field.value = '';
  } catch {
    status.textContent = 'The sandbox does not answer. Is it still running?';
  }
  await refresh();
});

setInterval(refresh, 2000);
`;
