/** Jira's own answers when something is wrong. */
import type { Response } from 'express';

/** `{errorMessages, errors}`, as most of the REST API answers. */
export function jiraError(
  response: Response,
  status: number,
  messages: readonly string[],
  errors: Readonly<Record<string, string>> = {},
): void {
  response.status(status).json({ errorMessages: messages, errors });
}

export function issueNotFound(response: Response): void {
  jiraError(response, 404, ['Issue does not exist or you do not have permission to see it.']);
}

export function commentNotFound(response: Response, id: string): void {
  jiraError(response, 404, [`Can not find a comment for the id: ${id}.`]);
}

export function propertyNotFound(response: Response, key: string): void {
  jiraError(response, 404, [`The property with key '${key}' does not exist.`]);
}

export const CLOSED_SPRINT = 'Issues can only be moved to open or active sprints.';
export const TOO_LONG = 'The entered text is too long. It exceeds the allowed limit of 32,767 characters.';
export const NOT_A_DOCUMENT =
  'Operation value must be an Atlassian Document (see the Atlassian Document Format)';

/** What a fault of kind `status` answers, in Jira's shape. Jira answers 401 as plain text. */
export function jiraFault(response: Response, status: number): void {
  if (status === 401) {
    response.status(401).type('text/plain').send('Client must be authenticated to access this resource.');
    return;
  }
  jiraError(response, status, [FAULT_TEXTS[status] ?? 'Internal server error']);
}

const FAULT_TEXTS: Readonly<Record<number, string>> = {
  400: 'Invalid request payload. Refer to the REST API documentation and try again.',
  403: 'You do not have permission to perform this operation.',
  404: 'Issue does not exist or you do not have permission to see it.',
  409: 'The issue is being changed by another request.',
  429: 'Rate limit exceeded. Please retry later.',
  503: 'Service temporarily unavailable.',
};
