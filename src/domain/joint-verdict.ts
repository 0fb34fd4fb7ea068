/** An action that answers several events is judged under each of them: one verdict that satisfies every rule. */
import { canonicalJson } from './canonical-json.js';
import {
  type Approvers,
  judge,
  type OnExpiry,
  type Policy,
  type PolicyQuestion,
  type PolicyVerdict,
  type RuleWaits,
  type Verdict,
} from './policy.js';

const STRICTNESS: { readonly [V in Verdict]: number } = { auto: 0, ask: 1, never: 2 };

/** A verdict with the question that led to it. */
export type Judged = Omit<PolicyVerdict, 'joint'> & { readonly question: PolicyQuestion };

/** Where several rules gave the verdict, each of them with its own question. */
export type JointlyJudged = Judged & { readonly joint?: readonly Judged[] };

/**
 * The strictest verdict holds. Where several rules gave it, what each of them demands holds: nobody may approve with less
 * than one of them wants, whichever event came first. The rule's name then names them all. Pure.
 */
export function judgeUnderAll(
  policy: Policy,
  question: PolicyQuestion,
  further: readonly PolicyQuestion[],
): JointlyJudged {
  const first: Judged = { ...judge(policy, question), question };
  const all = [first, ...further.map((one): Judged => ({ ...judge(policy, one), question: one }))];
  const most = Math.max(...all.map(({ verdict }) => STRICTNESS[verdict]));
  const [speaks = first, ...others] = everyRuleOnce(
    all.filter(({ verdict }) => STRICTNESS[verdict] === most),
  );
  // What never happens is approved by nobody: the first rule that says so is enough.
  return others.length === 0 || speaks.verdict === 'never' ? speaks : jointly(policy, speaks, others);
}

/** Several events under one rule demand the same. */
function everyRuleOnce(judged: readonly Judged[]): readonly Judged[] {
  const keys = judged.map((one) => {
    const { question: _, ...verdict } = one;
    return canonicalJson(verdict);
  });
  return judged.filter((_, index) => keys.indexOf(keys[index] ?? '') === index);
}

function jointly(policy: Policy, first: Judged, others: readonly Judged[]): JointlyJudged {
  const joint = [first, ...others];
  const waits = jointWaits(policy, joint);
  const onExpiry = jointExpiry(joint);
  return {
    verdict: first.verdict,
    rule: joint.map(({ rule }) => rule).join(' and '),
    approvers: { ...first.approvers, and: others.map(({ approvers }) => approvers) },
    ...(Object.keys(waits).length === 0 ? {} : { waits }),
    ...(onExpiry === 'drop' ? {} : { onExpiry }),
    question: first.question,
    joint,
  };
}

/** The earliest deadline and reminder; a second approver only once every rule that names somebody lets one decide. */
function jointWaits(policy: Policy, joint: readonly PolicyVerdict[]): RuleWaits {
  const waits = joint.map((one) => one.waits ?? {});
  const hasDeadline = waits.some(({ deadlineMs }) => deadlineMs !== undefined);
  const deadlines = hasDeadline ? waits.map(({ deadlineMs }) => deadlineMs ?? policy.deadlineMs) : [];
  const seconds = joint
    .filter(({ approvers }) => namesSomebody(approvers))
    .map((one) => one.waits?.secondApproverAfterMs ?? Number.POSITIVE_INFINITY);
  return {
    ...shortest('deadlineMs', deadlines),
    ...shortest(
      'remindAfterMs',
      waits.map(({ remindAfterMs }) => remindAfterMs),
    ),
    ...shortest('secondApproverAfterMs', [Math.max(...seconds)]),
  };
}

function shortest(name: keyof RuleWaits, times: readonly (number | null | undefined)[]): RuleWaits {
  const ms = Math.min(...times.filter((time) => time !== null && time !== undefined));
  return Number.isFinite(ms) ? { [name]: ms } : {};
}

function namesSomebody({ people, roles, groups }: Approvers): boolean {
  return people !== undefined || roles !== undefined || groups !== undefined;
}

/** Asked once more only where every rule says so: it is longer than another rule lets it wait. Told wherever one says so. */
function jointExpiry(joint: readonly PolicyVerdict[]): OnExpiry {
  const [first = 'drop', ...others] = new Set(joint.map(({ onExpiry = 'drop' }) => onExpiry));
  if (others.length === 0) {
    return first;
  }
  return [first, ...others].includes('escalate') ? 'escalate' : 'drop';
}
