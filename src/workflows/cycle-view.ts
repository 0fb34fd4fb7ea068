/** How a cycle stands: its state, what the query answers, and the sentence that Temporal's Web UI shows. */
import { setCurrentDetails, setHandler, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { ActionStatus } from '../domain/action.js';
import type { ApprovalState } from '../domain/approval.js';
import {
  type ActionResult,
  type CycleInput,
  type CycleOutcome,
  type CycleState,
  type CycleStatus,
  outcomeOf,
  type PlannedAction,
  type ShownAction,
  type StepName,
  statusWhenPlanned,
} from '../domain/cycle.js';
import { literalWords } from '../domain/markup/literal-markdown.js';
import { visibleText } from '../domain/markup/outgoing-text.js';
import { approvalDetails, type ShownRequest, whatOf } from './approval-details.js';
import { PM_AWAITING_APPROVAL, PM_RISK, PM_STATUS, stateQuery } from './messages.js';

/** Whoever sends signals that do not count must not fill the page of those who read it. */
const NOTES_SHOWN = 10;

/** Made before the first await: it answers the query `state` from then on. */
export class CycleView {
  title: string;
  readonly statuses = new Map<string, ActionStatus>();
  /** Of what was carried out, by action. */
  readonly results = new Map<string, ActionResult>();
  /** Set by the gate. */
  pending: () => readonly ApprovalState[] = () => [];
  /** What comes later beside what the sentence says; stands under it from its next change on. */
  later: readonly string[] = [];
  /** What is carried out now, in words for a person, by action. */
  private readonly doing = new Map<string, string>();
  /** The pause that what is carried out waits for, in words, as far as it was told. */
  private paused: string | null = null;
  /** What waits, as it was shown last. */
  private requests: readonly ShownRequest[] = [];
  private plan: readonly ShownAction[] = [];
  private readonly cycleId: string;
  private readonly shownStatus: CycleStatus | null;
  /** What the search attributes say, since this changed them. */
  private foundAs: CycleStatus | null = null;
  private status: CycleStatus = 'running';
  private step: StepName | null = null;
  private result: CycleOutcome | null = null;
  private summary = 'Starting';
  private details = '';
  private readonly notes: string[] = [];

  constructor(input: CycleInput) {
    this.cycleId = input.cycleId;
    this.title = input.event.subject;
    this.shownStatus = input.shownStatus ?? null;
    setHandler(stateQuery, () => this.state(), {
      description: 'How the cycle stands: step, pending approvals, actions',
    });
  }

  /** Actions that this cycle may carry out, behind those it knows already. */
  propose(actions: readonly ShownAction[]): void {
    this.plan = [...this.plan, ...actions];
    for (const planned of actions) {
      this.statuses.set(planned.actionId, statusWhenPlanned(planned));
    }
  }

  /** Moves to a step and says so in one sentence. */
  at(step: StepName, sentence: string): void {
    this.status = 'running';
    this.step = step;
    this.say(sentence);
  }

  /** Waits for no person, and for so long that whoever searches should know. */
  waitingFor(step: StepName, sentence: string): void {
    this.at(step, sentence);
    if (this.foundAs !== this.status) {
      this.upsert([]);
    }
  }

  /** Waiting for people: the exact text and how to approve. */
  awaiting(requests: readonly ShownRequest[]): void {
    this.status = 'awaiting_approval';
    this.requests = requests;
    this.showWaiting();
    this.upsert(requests);
  }

  /** What waits stands differently now, or less of it waits. */
  refresh(requests: readonly ShownRequest[]): void {
    this.requests = requests;
    if (this.isAsking()) {
      this.showWaiting();
    }
  }

  /** Approved, and not yet its turn. */
  queue(planned: PlannedAction): void {
    this.doing.set(planned.actionId, `${whatOf(planned)} (approved; waits for its turn)`);
    this.showDoing();
  }

  begin(planned: PlannedAction): void {
    this.statuses.set(planned.actionId, 'executing');
    this.doing.set(planned.actionId, whatOf(planned));
    this.showDoing();
  }

  /** What is carried out leaves when this pause is over; null: there is none. */
  pausedBy(paused: string | null): void {
    this.paused = paused;
    this.showDoing();
  }

  end(actionId: string, status: ActionStatus): void {
    this.paused = null;
    this.statuses.set(actionId, status);
    this.doing.delete(actionId);
  }

  /** Beside what waits, where anything does. */
  showDoing(): void {
    if (this.isAsking()) {
      this.showWaiting();
    } else if (this.doing.size > 0) {
      this.at('execute', this.inWork().join('; '));
    }
  }

  private inWork(): readonly string[] {
    const { paused } = this;
    const all = [...this.doing.values()];
    return paused === null ? all : all.map((one) => `${one}, ${paused}: it leaves after "pm-agent resume"`);
  }

  private isAsking(): boolean {
    return this.status === 'awaiting_approval' && this.requests.length > 0;
  }

  private showWaiting(): void {
    const { requests } = this;
    const doing = this.inWork();
    this.step = doing.length === 0 ? 'approve' : 'execute';
    const what = requests.length === 1 ? 'one action' : `${requests.length} actions`;
    const isOnlyShown = requests.every(({ planned }) => planned.said?.nothingSent !== undefined);
    const nothing = isOnlyShown ? '; nothing is sent, whatever is decided' : '';
    const waiting = `${this.title}: waiting for approval of ${what}${nothing}`;
    this.summary = doing.length === 0 ? waiting : `${waiting}; carrying out meanwhile: ${doing.join('; ')}`;
    this.details = [
      approvalDetails(waiting, requests, workflowInfo().workflowId),
      ...doing.map((one) => `Carried out meanwhile: ${literalWords(one)}.`),
    ].join('\n\n');
    this.show();
  }

  /** A line under the current sentence: a decision that did not count. */
  note(line: string): void {
    this.notes.push(line);
    this.show();
  }

  ended(status: CycleStatus, outcome: CycleOutcome | null, sentence: string): void {
    this.status = status;
    this.result = outcome;
    this.step = null;
    this.later = [];
    this.doing.clear();
    this.requests = [];
    this.say(sentence);
    if (status !== this.shownStatus) {
      this.upsert([]);
    }
  }

  /** What the actions so far amount to. The notice that nobody decided is told, not decided: it makes nothing of what expired. */
  outcome(): CycleOutcome {
    const counted = this.plan.filter(({ origin }) => origin !== 'expired');
    return outcomeOf(counted.map(({ actionId }) => this.statuses.get(actionId) ?? 'proposed'));
  }

  private say(sentence: string): void {
    this.summary = `${this.title}: ${sentence}`;
    this.details = literalWords(this.summary);
    this.show();
  }

  private show(): void {
    // Titles and words come from outside: what a person would not see must not stand there.
    const under = [...this.later, ...this.notes.slice(-NOTES_SHOWN)].map(literalWords);
    const lines = [this.details, ...under];
    setCurrentDetails(visibleText(lines.join('\n\n')));
  }

  private state(): CycleState {
    return {
      cycleId: this.cycleId,
      status: this.status,
      outcome: this.result,
      step: this.step,
      summary: this.summary,
      pendingApprovals: this.pending(),
      actions: this.plan.map((planned) => ({
        actionId: planned.actionId,
        kind: planned.action.kind,
        target: planned.target,
        status: this.statuses.get(planned.actionId) ?? 'proposed',
      })),
    };
  }

  /**
   * Search attributes change only where the start had them: a server that refuses to register them starts cycles
   * without, and an unregistered attribute in an upsert would hang the workflow.
   */
  private upsert(requests: readonly ShownRequest[]): void {
    this.foundAs = this.status;
    if (workflowInfo().typedSearchAttributes.get(PM_STATUS) === undefined) {
      return;
    }
    const highest = requests
      .map((request) => request.planned.risk)
      .sort()
      .at(-1);
    upsertSearchAttributes([
      { key: PM_STATUS, value: this.status },
      { key: PM_AWAITING_APPROVAL, value: this.status === 'awaiting_approval' },
      ...(highest === undefined ? [] : [{ key: PM_RISK, value: highest }]),
    ]);
  }
}
