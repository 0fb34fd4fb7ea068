/** The exact requests of the edits. Pure. */
import type { OutgoingRequest } from '../../domain/effect.js';
import { markdownToAdf } from '../../domain/markup/markdown-to-adf.js';
import type { Allowed } from '../../domain/markup/outgoing-text.js';
import { segment } from '../http.js';
import type { FieldsWrite, IssueWrite, JiraEdits } from './edits.js';
import { ACTION_PROPERTY } from './marker.js';
import { issuePath } from './rest-issue.js';

export function editRequests(allowed: Allowed): JiraEdits['requests'] {
  return {
    updateFields: (write) => ({
      service: 'jira',
      method: 'PUT',
      path: issuePath(write.issueKey),
      body: { fields: fieldsOf(write), ...labelsOf(write) },
    }),
    addLink: ({ type, fromKey, toKey }) => ({
      service: 'jira',
      method: 'POST',
      path: '/rest/api/3/issueLink',
      // The inward issue is the one that the link reads from: "inward <outward name> outward".
      body: { type: { name: type }, inwardIssue: { key: fromKey }, outwardIssue: { key: toKey } },
    }),
    deleteComment: (issueKey, commentId) => deletion(`${issuePath(issueKey)}/comment/${segment(commentId)}`),
    deleteLink: (linkId) => deletion(`/rest/api/3/issueLink/${segment(linkId)}`),
    deleteIssue: (issueKey) => deletion(issuePath(issueKey)),
    createIssue: (write) => ({
      service: 'jira',
      method: 'POST',
      path: '/rest/api/3/issue',
      body: {
        fields: newFields(write, allowed),
        properties: [{ key: ACTION_PROPERTY, value: { actionId: write.actionId, answers: write.answers } }],
      },
    }),
  };
}

function deletion(path: string): OutgoingRequest {
  return { service: 'jira', method: 'DELETE', path, body: null };
}

function fieldsOf({ priority, dueDate, estimate, sprint }: FieldsWrite): Readonly<Record<string, unknown>> {
  return {
    ...(priority === undefined ? {} : { priority: priority === null ? null : { name: priority } }),
    ...(dueDate === undefined ? {} : { duedate: dueDate }),
    ...(estimate === undefined ? {} : { [estimate.field]: estimate.value }),
    ...(sprint === undefined ? {} : { [sprint.field]: sprint.id }),
  };
}

/** Added and removed one by one: a label that a person sets meanwhile stays. */
function labelsOf({ addLabels = [], removeLabels = [] }: FieldsWrite) {
  const operations = [
    ...addLabels.map((label) => ({ add: label })),
    ...removeLabels.map((label) => ({ remove: label })),
  ];
  return operations.length === 0 ? {} : { update: { labels: operations } };
}

function newFields({ projectKey, parentKey, typeId, summary, description }: IssueWrite, allowed: Allowed) {
  return {
    project: { key: projectKey },
    issuetype: { id: typeId },
    summary,
    description: markdownToAdf(description, allowed),
    ...(parentKey === null ? {} : { parent: { key: parentKey } }),
  };
}
