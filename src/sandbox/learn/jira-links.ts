import type { SandboxDeps } from '../deps.js';
import type { JiraIssueRecord } from '../jira/records.js';
import { at, type JsonRecord, listAt, recordAt, textAt } from '../loose-json.js';
import { ensureIssueById, learnIssue } from './jira-issues.js';
import type { Note } from './note.js';

/** A link event: two issue ids and a type; both issues become known, the link too unless it was deleted. */
export function learnLink(
  deps: SandboxDeps,
  raw: JsonRecord,
  deleted: boolean,
  time: string,
  note: Note,
): void {
  const id = textAt(raw, 'id');
  const source = textAt(raw, 'sourceIssueId');
  const destination = textAt(raw, 'destinationIssueId');
  if (id === null || source === null || destination === null) {
    return;
  }
  const from = ensureIssueById(deps, source, time, note);
  const to = ensureIssueById(deps, destination, time, note);
  const type = recordAt(raw, 'issueLinkType');
  const typeId = learnLinkType(deps, {
    id: textAt(type, 'id'),
    name: textAt(type, 'name') ?? 'Relates',
    inward: textAt(type, 'inwardName') ?? 'relates to',
    outward: textAt(type, 'outwardName') ?? 'relates to',
  });
  if (!deleted) {
    saveLink(deps, id, typeId, from, to);
  }
}

/** Links, parent and subtasks as an issue's fields mention them. */
export function learnIssueLinks(
  deps: SandboxDeps,
  issue: JiraIssueRecord,
  raw: JsonRecord,
  time: string,
  note: Note,
): void {
  const fields = recordAt(raw, 'fields');
  learnIssue(deps, recordAt(fields, 'parent'), { time }, note);
  for (const subtask of listAt(fields, 'subtasks')) {
    const known = learnIssue(deps, recordAt(subtask), { time }, note);
    if (known !== null && known.parentKey === null) {
      deps.jira.saveIssue({ ...known, parentKey: issue.key });
    }
  }
  for (const link of listAt(fields, 'issuelinks')) {
    learnMentionedLink(deps, issue, link, time, note);
  }
}

/** `outwardIssue`: this issue "blocks" it; `inwardIssue`: it "blocks" this issue. */
function learnMentionedLink(
  deps: SandboxDeps,
  issue: JiraIssueRecord,
  link: unknown,
  time: string,
  note: Note,
): void {
  const id = textAt(link, 'id');
  const outward = learnIssue(deps, recordAt(link, 'outwardIssue'), { time }, note);
  const inward = learnIssue(deps, recordAt(link, 'inwardIssue'), { time }, note);
  const type = at(link, 'type');
  if (id === null || (outward === null && inward === null)) {
    return;
  }
  const typeId = learnLinkType(deps, {
    id: textAt(type, 'id'),
    name: textAt(type, 'name') ?? 'Relates',
    inward: textAt(type, 'inward') ?? 'relates to',
    outward: textAt(type, 'outward') ?? 'relates to',
  });
  saveLink(deps, id, typeId, inward ?? issue, inward === null ? (outward ?? issue) : issue);
}

function learnLinkType(
  deps: SandboxDeps,
  type: { id: string | null; name: string; inward: string; outward: string },
): string {
  const known = deps.jira.linkTypes();
  const same = known.find((other) => other.name === type.name);
  if (same !== undefined) {
    return same.id;
  }
  const free = known.some((other) => other.id === type.id) ? null : type.id;
  const id = free ?? String(deps.store.nextNumber('learn.link_type', 90_001));
  deps.jira.saveLinkType({ ...type, id });
  return id;
}

function saveLink(
  deps: SandboxDeps,
  id: string,
  typeId: string,
  source: JiraIssueRecord,
  destination: JiraIssueRecord,
): void {
  if (deps.jira.findLink(id) === null) {
    deps.jira.saveLink({ id, typeId, sourceIssueId: source.id, destinationIssueId: destination.id });
  }
}
