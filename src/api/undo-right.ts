/** Who may take an action back: whoever could have decided it (docs/decisions/0096). */
import type { MirrorReader } from '../audit/mirror-reader.js';
import type { ActionsTable } from '../audit/schema.js';
import type { AgentFile } from '../config/config.js';
import { type Decider, decidersOf, type GivenApproval } from '../domain/approval.js';
import { judgeUnderAll } from '../domain/joint-verdict.js';
import type { Judgement } from '../domain/policy.js';
import { storedDeciders } from '../domain/stored-request.js';
import { personName } from './person-name.js';

export interface UndoRightParts {
  readonly mirror: Pick<MirrorReader, 'getCycle'>;
  /** As it is in force now. */
  readonly agentFile: () => Pick<AgentFile, 'people' | 'groups' | 'policy'>;
}

/** Why this person may not take it back, as a sentence that says who may; null where they may. */
export type RefuseUndo = (action: ActionsTable, by: Pick<Decider, 'id' | 'name'>) => string | null;

export function createRefuseUndo({ mirror, agentFile }: UndoRightParts): RefuseUndo {
  return (action, by) => {
    const file = agentFile();
    const may = whoMayUndo(mirror, action, file);
    if (may === null || may.includes(by.id)) {
      return null;
    }
    const names = may.map((id) => personName(id, file.people)).join(', ');
    const who = names === '' ? 'nobody that pm-agent.yaml names' : `only ${names}`;
    return `${by.name} may not take it back: rule "${action.rule}" lets ${who} decide it. Ask one of them, or put ${action.target} back by hand`;
  };
}

/** Ids; null: any operator. */
function whoMayUndo(
  mirror: UndoRightParts['mirror'],
  action: ActionsTable,
  { people, groups, policy }: ReturnType<UndoRightParts['agentFile']>,
): readonly string[] | null {
  const asked = (mirror.getCycle(action.cycle_id)?.approvals ?? []).find(
    ({ action_id }) => action_id === action.id,
  );
  if (asked !== undefined) {
    const deciders = storedDeciders(asked, people);
    return deciders === null ? null : [...new Set([...deciders, ...approversOf(asked)])];
  }
  if (action.judged === null) {
    return null;
  }
  // Nobody was asked, so nobody's names were kept: whom the rules of now would let decide it.
  const { question, further = [] } = JSON.parse(action.judged) as Judgement;
  const { approvers } = judgeUnderAll(
    policy,
    question,
    further.map((one) => one.question),
  );
  return decidersOf(approvers, people, groups);
}

/** Who is no approver any more, and let it go: they may say that it was wrong. */
function approversOf({
  given,
  decided_by,
}: {
  readonly given: string;
  readonly decided_by: string | null;
}): readonly string[] {
  const ids = (JSON.parse(given) as readonly GivenApproval[]).map(({ by }) => by.id);
  return decided_by === null ? ids : [...ids, decided_by];
}
