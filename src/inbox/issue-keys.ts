/** Events of old servers name only an issue's id. What other events said about it puts them into the issue's own lane. */
import type Database from 'better-sqlite3';
import type { IssueRef, PmEvent } from '../domain/event.js';
import type { Delivery } from './inbox.js';

export interface IssueKeys {
  /** The delivery under the subject of its issue's key, where the event knows only the id and the key is known. */
  resolve(delivery: Delivery): Delivery;
  /** Stores what the event says about id and key. Call inside the transaction. */
  learn(event: PmEvent): void;
  /** Call after the commit: from here on `learn` and `resolve` answer from memory. */
  remember(event: PmEvent): void;
}

/** Issues that are talked about now; the table knows the others. */
const REMEMBERED = 10_000;

export function createIssueKeys(database: Database.Database): IssueKeys {
  const find = database
    .prepare<[string, string], string>('SELECT issue_key FROM issue_keys WHERE tenant = ? AND issue_id = ?')
    .pluck();
  const save = database.prepare<[string, string, string]>(
    `INSERT INTO issue_keys (tenant, issue_id, issue_key) VALUES (?, ?, ?)
     ON CONFLICT (tenant, issue_id) DO UPDATE SET issue_key = excluded.issue_key`,
  );
  const remembered = new Map<string, string>();
  const nameOf = (tenant: string, id: string) => `${tenant}\n${id}`;

  return {
    resolve(delivery) {
      const event = delivery.event;
      const id = event === null ? null : idWithoutKey(event);
      if (event === null || id === null) {
        return delivery;
      }
      const key = remembered.get(nameOf(event.tenant, id)) ?? find.get(event.tenant, id);
      return key === undefined ? delivery : underSubject(delivery, event, `jira:${key}`);
    },
    learn(event) {
      const issue = idAndKey(event);
      if (issue !== null && remembered.get(nameOf(event.tenant, issue.id)) !== issue.key) {
        save.run(event.tenant, issue.id, issue.key);
      }
    },
    remember(event) {
      const issue = idAndKey(event);
      if (issue === null) {
        return;
      }
      remembered.set(nameOf(event.tenant, issue.id), issue.key);
      const [oldest] = remembered.keys();
      if (remembered.size > REMEMBERED && oldest !== undefined) {
        remembered.delete(oldest);
      }
    },
  };
}

function issueOf(event: PmEvent): IssueRef | null {
  return 'issue' in event ? event.issue : null;
}

function idAndKey(event: PmEvent): { readonly id: string; readonly key: string } | null {
  const issue = issueOf(event);
  return issue === null || issue.id === null || issue.key === null ? null : { id: issue.id, key: issue.key };
}

function idWithoutKey(event: PmEvent): string | null {
  const issue = issueOf(event);
  return issue !== null && issue.key === null && event.subject === `jira:issue-${issue.id}` ? issue.id : null;
}

/** A change key begins with the subject; it moves along, else a sweep that knows the key would not meet it. */
function underSubject(delivery: Delivery, event: PmEvent, subject: string): Delivery {
  const moved = (changeKey: string | null) =>
    changeKey !== null && changeKey.includes(event.subject)
      ? changeKey.replace(event.subject, subject)
      : changeKey;
  return {
    ...delivery,
    subject,
    changeKey: moved(delivery.changeKey),
    event: { ...event, subject, changeKey: moved(event.changeKey) },
  };
}
