import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { readAgentFile } from '../config/agent-file.js';
import { readPolicyQuestion } from '../config/policy-question-file.js';
import { judge, type PolicyQuestion, type RuleTrace, riskOf, traceOf } from '../domain/policy.js';
import { createApiClient } from './api-client.js';
import { CommandError, type Io } from './command.js';
import { plain, when } from './table.js';

export interface ExplainPolicyOptions {
  readonly config: string;
  readonly json?: boolean;
}

/** What the API tells of an action. */
interface JudgedAction {
  readonly verdict: string;
  readonly rule: string;
  readonly policyVersion: string;
  readonly risk: string;
  readonly proposedAt: string;
  readonly judged: { readonly question: PolicyQuestion; readonly trace: readonly RuleTrace[] } | null;
}

interface Explained {
  readonly question: PolicyQuestion;
  readonly verdict: string;
  readonly rule: string;
  readonly risk: string;
  readonly policyVersion: string;
  readonly trace: readonly RuleTrace[];
  /** When it was judged; null: just now. */
  readonly at: string | null;
}

/** `pm-agent policy explain <action id|file>`. */
export async function explainPolicy(io: Io, what: string, options: ExplainPolicyOptions): Promise<number> {
  const file = resolve(io.cwd, what);
  const explained = existsSync(file)
    ? ofFile(file, resolve(io.cwd, options.config))
    : await ofAction(io, what);
  io.out(options.json === true ? `${JSON.stringify(explained, null, 2)}\n` : tell(explained));
  return 0;
}

/** By the rules as they are in the file now. */
function ofFile(file: string, config: string): Explained {
  const { policy } = readAgentFile(config, existsSync(config));
  const question = readPolicyQuestion(file);
  const { verdict, rule } = judge(policy, question);
  return {
    question,
    verdict,
    rule,
    risk: riskOf(question),
    policyVersion: policy.version,
    trace: traceOf(policy, question),
    at: null,
  };
}

/** By the rules as they were when it was planned: a later change of the file never touches it. */
async function ofAction(io: Io, id: string): Promise<Explained> {
  const action = (await createApiClient(io).get(`/api/actions/${encodeURIComponent(id)}`)) as JudgedAction;
  if (action.judged === null) {
    throw new CommandError(
      `no rule was asked about ${id} ("${action.rule}" decided): code wanted it, or an older version planned it`,
    );
  }
  const { verdict, rule, risk, policyVersion, judged, proposedAt } = action;
  return { ...judged, verdict, rule, risk, policyVersion, at: proposedAt };
}

function tell({ question, verdict, rule, risk, policyVersion, trace, at }: Explained): string {
  const { action, event, project, to, team, actor = [], time } = question;
  return [
    `${verdict}, by the rule "${plain(rule)}" (policy version ${policyVersion}${at === null ? '' : `, judged ${when(at)} UTC`})`,
    '',
    `  asked: ${action}${to === null ? '' : ` to ${plain(to)}`}, risk ${risk}, after ${event}`,
    `         project ${plain(project ?? 'none')}, team ${plain(team ?? 'none')}, caused by ${plain(actor.join(', ') || 'nobody known')}`,
    ...(time === undefined
      ? []
      : [
          `         at ${time.clock} on the team's clock, ${time.isWorking ? 'in' : 'outside'} working hours`,
        ]),
    '',
    ...trace.map(({ rule: name, fired, why }, index) =>
      fired
        ? `  ${index + 1}. "${plain(name)}" fires`
        : `  ${index + 1}. "${plain(name)}" does not: ${plain(why.join('; '))}`,
    ),
    '',
  ].join('\n');
}
