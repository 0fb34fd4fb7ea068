import { z } from 'zod';
import type { AuditLogTable } from '../../audit/schema.js';
import { jsonObject, listOf, parseJson, time } from './common.js';

export const auditShape = z
  .object({
    seq: z.number().int(),
    at: time,
    cycleId: z.string().nullable(),
    kind: z.string(),
    actor: z.string(),
    data: jsonObject.nullable().openapi({ description: 'null once erased' }),
    salt: z.string().nullable(),
    dataHash: z.string(),
    prevHash: z.string(),
    hash: z.string(),
  })
  .openapi('AuditEntry');

export const auditListShape = listOf('AuditList', auditShape);

export const chainShape = z
  .object({
    ok: z.boolean(),
    rows: z.number().int(),
    head: z.string(),
    firstBad: z.number().int().optional().openapi({ description: 'seq of the first row that does not fit' }),
  })
  .openapi('AuditChain');

export function toAuditView(row: AuditLogTable): z.input<typeof auditShape> {
  const data = parseJson(row.data);
  return {
    seq: row.seq,
    at: row.at,
    cycleId: row.cycle_id,
    kind: row.kind,
    actor: row.actor,
    data: data === null ? null : jsonObject.catch({ value: data }).parse(data),
    salt: row.salt,
    dataHash: row.data_hash,
    prevHash: row.prev_hash,
    hash: row.hash,
  };
}
