import type { Parts } from './parts.js';

/** A new task on the simulated board. Answers its key. */
export async function createIssue({ sandbox }: Pick<Parts, 'sandbox'>, summary: string): Promise<string> {
  const fields = { project: { key: 'PAY' }, summary, issuetype: { name: 'Task' } };
  const answer = await fetch(`${sandbox}/jira/rest/api/3/issue`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer any' },
    body: JSON.stringify({ fields }),
  });
  return ((await answer.json()) as { key: string }).key;
}
