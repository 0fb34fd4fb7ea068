import type { JiraUpdateFields } from '../../domain/actions/jira-update-fields.js';
import type { Standing, Stood } from '../../domain/actions/row.js';
import { driftOf } from '../../domain/actions/standing.js';
import { orGone } from '../../integrations/integration-error.js';
import type { FieldsWrite, JiraEdits, SiteFields } from '../../integrations/jira/edits.js';
import type { Jira, JiraIssue } from '../../integrations/jira/jira.js';
import { standsSo } from '../actions/executor.js';
import { asWritten, fieldsOf, readEstimate, standingOf } from '../actions/jira-update-fields.js';
import type { Authorship } from '../authorship.js';
import { settledState, textIn } from './issue-state.js';
import { nothingKnown, type Undoing } from './undoing.js';

/** Gives the fields back what they held. */
export function undoJiraUpdateFields(
  jira: Jira,
  edits: JiraEdits,
  authorship: Authorship,
): Undoing<'jira.update_fields'> {
  return (payload, { stood }) => {
    if (stood === null) {
      return nothingKnown('the change');
    }
    const { issueKey } = payload;
    const read = async (): Promise<Read> => {
      const issue = await jira.getIssue(issueKey);
      const site = asWritten(await edits.siteFields(issue.projectKey), stood);
      const estimate = await readEstimate(edits, payload, site.estimate);
      const former = await formerOf(jira, stood.before);
      const now = { ...standingOf(payload, issue, estimate), ...sprintNow(issue, stood, former) };
      return { site, issue, now, stood: { before: former, after: stood.after } };
    };
    return {
      find: async () => {
        const { stood: known, now } = await read();
        return standsSo(driftOf(known.before, now).length === 0);
      },
      prepare: async (left) => {
        const { site, issue, now, stood: known } = await read();
        const settled = await settledState({ issue, now, stood: known }, left, authorship, (members) =>
          fieldsOf(members, site),
        );
        if (settled !== null) {
          return settled;
        }
        const write = writeOf(payload, known, site);
        return {
          request: edits.requests.updateFields(write),
          precheck: async () => null,
          send: async (signal) => {
            await edits.updateFields(write, signal);
            return { remoteId: null };
          },
        };
      },
    };
  };
}

interface Read {
  readonly site: SiteFields;
  readonly issue: JiraIssue;
  readonly now: Standing;
  /** With what it can be given back as `before`. */
  readonly stood: Stood;
}

/** No issue can be put into a closed sprint: where the former one is closed by now (or gone), it is taken out of that of ours. */
async function formerOf(jira: Jira, before: Standing): Promise<Standing> {
  const id = numberIn(before, 'sprint');
  const sprint = id === null ? null : await orGone(jira.getSprint(id));
  return id === null || (sprint !== null && sprint.state !== 'closed') ? before : { ...before, sprint: null };
}

/** Jira goes on naming the closed sprints that an issue was in; none of them holds it, unless it is still where we put it. */
function sprintNow({ sprint }: JiraIssue, { after }: Stood, former: Standing): Standing {
  const isHeld = sprint?.state !== 'closed' || sprint.id === after['sprint'];
  return 'sprint' in former ? { sprint: isHeld ? (sprint?.id ?? null) : null } : {};
}

/** Only what it changed: labels that were there before it stay, those that it took off come back. */
function writeOf({ issueKey }: JiraUpdateFields, { before, after }: Stood, site: SiteFields): FieldsWrite {
  const was = listIn(before);
  const became = listIn(after);
  return {
    issueKey,
    addLabels: was.filter((label) => !became.includes(label)),
    removeLabels: became.filter((label) => !was.includes(label)),
    ...('priority' in before ? { priority: textIn(before, 'priority') } : {}),
    ...('dueDate' in before ? { dueDate: textIn(before, 'dueDate') } : {}),
    ...('estimate' in before && site.estimate !== null
      ? { estimate: { field: site.estimate, value: numberIn(before, 'estimate') } }
      : {}),
    ...('sprint' in before && site.sprint !== null
      ? { sprint: { field: site.sprint, id: numberIn(before, 'sprint') } }
      : {}),
  };
}

function listIn(standing: Standing): readonly string[] {
  const labels = standing['labels'];
  return Array.isArray(labels) ? labels.map(String) : [];
}

function numberIn(standing: Standing, member: string): number | null {
  const value = standing[member];
  return typeof value === 'number' ? value : null;
}
