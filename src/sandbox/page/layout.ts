/** The whole page. */
import type { SandboxDeps } from '../deps.js';
import { STORIES } from '../stories/index.js';
import { board } from './board.js';
import { channels } from './channels.js';
import { type Html, html } from './html.js';
import { pullRequests } from './pull-requests.js';

export function page(deps: SandboxDeps): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${deps.agentName} sandbox</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/_page/style.css">
<script src="/_page/script.js" defer></script>
</head>
<body>
<header>
<h1>${deps.agentName} sandbox</h1>
<p class="notice">Sandbox: simulated Jira, Bitbucket, Slack, and a stand-in that is not Claude</p>
<nav aria-label="On this page"><a href="#jira">Jira</a> <a href="#bitbucket">Bitbucket</a> <a href="#slack">Slack</a> <a href="/_received">Calls received</a> <a href="/_state">State</a></nav>
</header>
<p id="said" role="status"></p>
<section aria-labelledby="stories"><h2 id="stories">Stories</h2>
<p>Each plays what people would do; the webhooks go out as always.</p>
<ul class="stories">${storyButtons()}</ul></section>
<main id="main">
${board(deps)}
${pullRequests(deps)}
${channels(deps)}
</main>
</body>
</html>`.markup;
}

function storyButtons(): readonly Html[] {
  return Object.entries(STORIES).map(
    ([name, story]) => html`<li><form id="story-${name}" method="post" action="/_page/story">
<input type="hidden" name="name" value="${name}"><button>${name}</button> <span>${story.tells}</span></form></li>`,
  );
}
