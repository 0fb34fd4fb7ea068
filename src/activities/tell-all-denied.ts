/** A critical event of whose decision nothing is let go: people are told by code, once for its subject. */
import type { Undone } from '../domain/all-denied.js';
import { toldSubjectOf } from '../domain/critical.js';
import type { OutputRules } from '../domain/output/rule.js';
import { OWN_RULE_NAMES } from '../domain/rule-names.js';
import { quoted } from './code-action.js';
import type { RecordActivities } from './contract.js';
import { criticalNotice, type NoticeDeps } from './critical-notice.js';
import { loadContext } from './stored-context.js';

/** Nothing where people were told of the subject already, by this cycle too: then they were asked to look for themselves. */
export function createTellAllDenied(deps: NoticeDeps): RecordActivities['tellAllDenied'] {
  return async ({ cycle, contextHash, title, critical, undone }) => {
    const { facts } = await loadContext(deps.mirror, contextHash);
    const notice = criticalNotice(
      deps,
      {
        cycle,
        title,
        critical,
        name: 'c2',
        rule: OWN_RULE_NAMES.allDenied,
        headline: 'nothing was done',
        paragraphs: [
          `**Nothing was done**: ${undone.length === 1 ? 'the one action that the agent proposed was denied' : `all ${undone.length} actions that the agent proposed were denied`}. Please look at it yourself.`,
          undone.map((one) => `- ${lineOf(one, deps.output)}`).join('\n'),
          'The agent does not look at it again by itself.',
        ],
      },
      facts,
    );
    const told = await deps.mirror.tellUnanalysed({
      cycleId: cycle.cycleId,
      subject: toldSubjectOf(critical, cycle.event),
      critical,
      failureKind: 'all_denied',
      escalation: notice,
    });
    return told?.actionId === notice.actionId ? told : null;
  };
}

const LINE_LIMIT = 400;

/** The model chose the target, and rules that deny quote it. */
function lineOf({ kind, target, why }: Undone, output: OutputRules): string {
  const line = quoted(`${kind} on ${target}: ${why}`, output);
  return line.replaceAll(/\s+/g, ' ').slice(0, LINE_LIMIT);
}
