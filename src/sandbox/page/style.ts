/** The page's style sheet: system fonts, both colour schemes, columns that wrap down to 320 px. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f6f7f9; --card: #fff; --ink: #1b2430; --faint: #55606e; --line: #d5dae1;
  --accent: #1f5fbf; --on-accent: #fff; --agent: #eaf2ff; --notice: #fff3cd; --on-notice: #503f00;
  --danger: #b3261e; --on-danger: #fff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #12161c; --card: #1b212a; --ink: #e6eaf0; --faint: #a3adba; --line: #36404d;
    --accent: #8ab8ff; --on-accent: #0b1b33; --agent: #1c2c44; --notice: #3d3310; --on-notice: #ffe9a3;
    --danger: #ffb4ab; --on-danger: #561e19;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 80rem; background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; margin: 0; }
h2 { font-size: 1.25rem; margin: 2rem 0 .5rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1rem 0 .5rem; }
h4 { font-size: .875rem; margin: 0 0 .5rem; color: var(--faint); }
a { color: var(--accent); }
nav a { display: inline-block; padding: .25rem .5rem .25rem 0; }
.notice { background: var(--notice); color: var(--on-notice); padding: .5rem .75rem; border-radius: .375rem; font-weight: 600; }
.board { display: grid; gap: .75rem; grid-template-columns: repeat(auto-fit, minmax(min(16rem, 100%), 1fr)); align-items: start; }
.column { min-width: 0; }
.count { font-weight: 400; }
details { background: var(--card); border: 1px solid var(--line); border-radius: .375rem; margin: 0 0 .5rem; }
details[open] { border-color: var(--accent); }
summary { cursor: pointer; padding: .5rem .75rem; }
.facts { display: block; color: var(--faint); font-size: .875rem; }
.text { white-space: pre-wrap; }
.talk-list { list-style: none; padding: 0; margin: .5rem 0; }
details > :not(summary) { margin-left: .75rem; margin-right: .75rem; }
details > .talk-list { margin: .5rem .75rem; }
.said { border-left: 3px solid var(--line); padding: .25rem .75rem; margin: .5rem 0; }
.said.agent { border-color: var(--accent); background: var(--agent); }
.said .who { margin: 0; font-size: .875rem; }
.thread { margin-left: 1rem; }
.block-header { font-weight: 700; margin: .25rem 0; }
blockquote { margin: .5rem 0; padding: .25rem .75rem; border-left: 3px solid var(--faint); }
.modal { background: var(--card); border: 2px solid var(--accent); border-radius: .375rem; padding: 0 .75rem; margin: 0 0 .75rem; }
.buttons p { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem; }
.buttons .facts { flex-basis: 100%; }
button.danger { background: var(--danger); border-color: var(--danger); color: var(--on-danger); }
button.plain { background: var(--card); color: var(--ink); border-color: var(--faint); }
time { color: var(--faint); }
form p { margin: .5rem 0; }
textarea, select, button { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--faint); border-radius: .375rem; padding: .375rem .5rem; max-width: 100%; }
textarea { display: block; width: 100%; }
::placeholder { color: var(--faint); opacity: 1; }
button { background: var(--accent); color: var(--on-accent); border-color: var(--accent); cursor: pointer; min-height: 2.5rem; padding: .375rem 1rem; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.stories { list-style: none; padding: 0; display: grid; gap: .5rem; grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); }
.stories form { display: grid; grid-template-columns: 9rem minmax(0, 1fr); gap: .75rem; align-items: center; }
@media (max-width: 26rem) { .stories form { grid-template-columns: minmax(0, 1fr); gap: 0; margin-bottom: .75rem; } }
.stories button { padding: .375rem .5rem; }
#said:empty { display: none; }
`;
