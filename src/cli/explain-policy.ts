import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { readAgentFile } from '../config/agent-file.js';
import type { AgentFile } from '../config/config.js';
import { readPolicyQuestion } from '../config/policy-question-file.js';
import { BUILT_IN_AUTONOMY, cautiousByLevel, levelOf, NO_PROJECT } from '../domain/autonomy.js';
import {
  type Judgement,
  judge,
  type PolicyQuestion,
  type RuleTrace,
  riskOf,
  traceOf,
} from '../domain/policy.js';
import { createApiClient } from './api-client.js';
import { type Asking, askingByFile, askingOf, tellAsking } from './asking.js';
import { CommandError, type Io } from './command.js';
import { configFile } from './config-file.js';
import { jsonText } from './json-text.js';
import { plain, when } from './table.js';
import { tellEdit } from './tell-edit.js';
import type { CycleView } from './views.js';

export interface ExplainPolicyOptions {
  readonly config?: string;
  readonly json?: boolean;
}

/** What the API tells of an action. */
interface JudgedAction {
  readonly cycleId: string;
  readonly verdict: string;
  readonly rule: string;
  readonly policyVersion: string;
  readonly risk: string;
  readonly proposedAt: string;
  readonly autonomy?: ExplainedLevel | null;
  readonly judged: Judgement | null;
}

/** How much the agent might do by itself, and what the policy alone said. */
interface ExplainedLevel {
  readonly project: string;
  readonly level: string;
  readonly policyVerdict: string;
}

interface Explained extends Judgement {
  readonly verdict: string;
  readonly rule: string;
  readonly risk: string;
  readonly policyVersion: string;
  /** Null: no level was asked about. */
  readonly autonomy: ExplainedLevel | null;
  /** Whom it asks, and what comes where nobody decides; null where nobody is asked. */
  readonly asks: Asking | null;
  /** When it was judged; null: just now. */
  readonly at: string | null;
}

/** `pm-agent policy explain <action id|file>`. */
export async function explainPolicy(io: Io, what: string, options: ExplainPolicyOptions): Promise<number> {
  const file = resolve(io.cwd, what);
  const explained = existsSync(file) ? ofFile(file, rulesOf(io, options)) : await ofAction(io, what);
  io.out(options.json === true ? `${jsonText(explained)}\n` : tell(explained));
  return 0;
}

/** Where nobody named a file and none is there, the defaults hold, as they do in the product. */
function rulesOf(io: Io, { config }: ExplainPolicyOptions): AgentFile {
  const { file, askedBy = null } = configFile(io, config, '--config');
  return readAgentFile(resolve(io.cwd, file), askedBy);
}

/** By the rules as they are in the file now. */
function ofFile(file: string, agentFile: AgentFile): Explained {
  const { policy, autonomy = BUILT_IN_AUTONOMY } = agentFile;
  const question = readPolicyQuestion(file);
  const judged = judge(policy, question);
  const key = { kind: question.action, project: question.project ?? NO_PROJECT };
  const { level } = levelOf(autonomy, [], key);
  const held = cautiousByLevel(judged, key, level);
  const risk = riskOf(question);
  return {
    question,
    verdict: held.verdict,
    rule: held.rule,
    risk,
    policyVersion: policy.version,
    trace: traceOf(policy, question),
    autonomy: { project: key.project, level, policyVerdict: judged.verdict },
    asks: askingByFile(agentFile, held, risk, question),
    at: null,
  };
}

/** By the rules as they were when it was planned: a later change of the file never touches it. */
async function ofAction(io: Io, id: string): Promise<Explained> {
  const client = createApiClient(io);
  const action = (await client.get(`/api/actions/${encodeURIComponent(id)}`)) as JudgedAction;
  if (action.judged === null) {
    throw new CommandError(
      `no rule was asked about ${id} ("${action.rule}" decided): code wanted it, or an older version planned it`,
    );
  }
  const { verdict, rule, risk, policyVersion, judged, proposedAt, autonomy = null } = action;
  const cycle = (await client.get(`/api/cycles/${encodeURIComponent(action.cycleId)}`)) as CycleView;
  const approval = cycle.approvals.find(({ actionId }) => actionId === id);
  const asks = approval === undefined ? null : askingOf(approval);
  const at = judged.edited?.at ?? proposedAt;
  return { ...judged, verdict, rule, risk, policyVersion, autonomy, asks, at };
}

function tell({
  question,
  verdict,
  rule,
  risk,
  policyVersion,
  trace,
  further = [],
  edited,
  autonomy,
  asks,
  at,
}: Explained): string {
  const { event, project, team, time } = question;
  return [
    `${verdict}, by the rule "${plain(rule)}" (policy version ${policyVersion}${at === null ? '' : `, judged ${when(at)} UTC`})`,
    '',
    `  asked: ${whatOf(question)}, risk ${risk}, after ${event}`,
    `         project ${plain(project ?? 'none')}, team ${plain(team ?? 'none')}, caused by ${causeOf(question)}`,
    ...(time === undefined
      ? []
      : [
          `         at ${time.clock} on the team's clock, ${time.isWorking ? 'in' : 'outside'} working hours`,
        ]),
    ...(autonomy === null
      ? []
      : [
          `         level ${autonomy.level}${at === null ? ' (pm-agent.yaml; an admin may have chosen another)' : ''}; the policy alone says ${autonomy.policyVerdict}`,
        ]),
    ...tellEdit(edited).map((line) => `         ${line}`),
    '',
    ...(trace.length === 0 ? ['  which rules did not fire was not kept'] : tellTrace(trace)),
    ...further.flatMap((also) => [
      '',
      `  asked too: after ${also.question.event}, caused by ${causeOf(also.question)}`,
      ...tellTrace(also.trace),
    ]),
    ...(asks === null ? [] : ['', ...tellAsking(asks).map((line) => `  ${line}`)]),
    '',
  ].join('\n');
}

/** With what grade and verdict rest on besides its kind. */
function whatOf({ action, to, raisedBy, isDirect }: PolicyQuestion): string {
  return [
    `${action}${to === null ? '' : ` to ${plain(to)}`}`,
    ...(isDirect === true ? ['to one person'] : []),
    ...(raisedBy === undefined ? [] : [raisedBy]),
  ].join(', ');
}

function causeOf({ actor = [] }: PolicyQuestion): string {
  return plain(actor.join(', ') || 'nobody known');
}

function tellTrace(trace: readonly RuleTrace[]): readonly string[] {
  return trace.map(({ rule, fired, why }, index) =>
    fired
      ? `  ${index + 1}. "${plain(rule)}" fires`
      : `  ${index + 1}. "${plain(rule)}" does not: ${plain(why.join('; '))}`,
  );
}
