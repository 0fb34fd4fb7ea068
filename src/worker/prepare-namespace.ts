/**
 * What the namespace needs before the first cycle: search attributes (an unregistered one in an upsert hangs a
 * workflow) and a retention that outlasts approvals. Where the server does not allow it, the product runs without.
 */
import type { Connection } from '@temporalio/client';
import type { Logger } from '../log.js';
import { SEARCH_ATTRIBUTES } from '../workflows/messages.js';

const RETENTION_DAYS = 30;
const DAY_SECONDS = 86_400;

/** `temporal.api.enums.v1.IndexedValueType` */
const INDEXED_VALUE_TYPE = { KEYWORD: 2, BOOL: 5 } as const;

/** Registers what is missing; a refusal is logged with what it means, never thrown. */
export async function prepareNamespace(
  connection: Connection,
  namespace: string,
  log: Logger,
): Promise<void> {
  await attempt(
    log,
    'search attributes could not be registered: lists in Temporal are not filterable by Pm…',
    () => addSearchAttributes(connection, namespace),
  );
  await attempt(
    log,
    `retention could not be set to ${RETENTION_DAYS} days: histories may expire earlier`,
    () => extendRetention(connection, namespace),
  );
}

async function addSearchAttributes(connection: Connection, namespace: string): Promise<void> {
  const known = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = SEARCH_ATTRIBUTES.filter((key) => known.customAttributes?.[key.name] === undefined);
  if (missing.length > 0) {
    const searchAttributes = Object.fromEntries(
      missing.map((key) => [key.name, INDEXED_VALUE_TYPE[key.type]]),
    );
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
  }
}

async function extendRetention(connection: Connection, namespace: string): Promise<void> {
  const { config } = await connection.workflowService.describeNamespace({ namespace });
  const days = Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) / DAY_SECONDS;
  if (days < RETENTION_DAYS) {
    const workflowExecutionRetentionTtl = { seconds: RETENTION_DAYS * DAY_SECONDS };
    // The SDK's type wants a Long; the wire takes a number.
    await connection.workflowService.updateNamespace({
      namespace,
      config: { workflowExecutionRetentionTtl: workflowExecutionRetentionTtl as never },
    });
  }
}

async function attempt(log: Logger, consequence: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    log.warn({ reason: error instanceof Error ? error.message : String(error) }, consequence);
  }
}
