/** What an action was judged by, once a person wrote something else in its place. */
import { canonicalJson } from '../domain/canonical-json.js';
import type { JudgedEdit, Judgement } from '../domain/policy.js';
import type { MirrorWriter } from './mirror.js';
import type { ActionsTable } from './schema.js';
import type { Trx } from './writing.js';

type Note = Parameters<MirrorWriter['noteApproval']>[0];
type Row = Pick<ActionsTable, 'judged' | 'rule' | 'policy_version'>;

/**
 * The column `judged` of an edit: how what is written was judged, and how the proposal was, however often it is edited. Call it
 * before the row says the rule of the edit. Empty for what is no edit.
 */
export async function judgedColumn(
  trx: Trx,
  at: string,
  { what, by, data, planned: { actionId } }: Note,
): Promise<{ readonly judged?: string }> {
  const row =
    what === 'edited'
      ? await trx
          .selectFrom('actions')
          .select(['judged', 'rule', 'policy_version'])
          .where('id', '=', actionId)
          .executeTakeFirst()
      : undefined;
  if (row === undefined) {
    return {};
  }
  const before = JSON.parse(row.judged ?? 'null') as Judgement | null;
  const judgement = (data['judged'] as Judgement | undefined) ?? withoutTrace(before);
  const edited: JudgedEdit = { by: by?.name ?? 'somebody', at, proposed: proposalIn(row, before) };
  return judgement === null ? {} : { judged: canonicalJson({ ...judgement, edited }) };
}

/** An older worker judged the edit and kept no trace: that of the proposal would be a wrong one. */
function withoutTrace(before: Judgement | null): Judgement | null {
  return before === null ? null : { question: before.question, trace: [] };
}

function proposalIn({ rule, policy_version }: Row, before: Judgement | null): JudgedEdit['proposed'] {
  if (before?.edited !== undefined) {
    return before.edited.proposed;
  }
  return { rule, policyVersion: policy_version, judgement: before };
}
