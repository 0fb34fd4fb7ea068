import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { CommitWatch } from '../../inbox/group-commit.js';

const COMMIT_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];

/** @param pendingDecisions read when somebody asks */
export function createInboxMetrics(registry: Registry, pendingDecisions: () => number): CommitWatch {
  const registers = [registry];
  const commits = new Histogram({
    name: 'pm_agent_inbox_commit_seconds',
    help: 'One commit of the inbox, sync included: what all deliveries that came in together wait for',
    buckets: COMMIT_SECONDS,
    registers,
  });
  const failures = new Counter({
    name: 'pm_agent_inbox_commit_failures_total',
    help: 'Commits of the inbox that failed (a full disk, a locked file)',
    registers,
  });
  const waiting = new Gauge({
    name: 'pm_agent_decisions_pending',
    help: 'Decisions of people that no worker has applied yet, counted up to 100',
    registers: [],
    collect() {
      this.set(pendingDecisions());
    },
  });
  registry.registerMetric(waiting);
  return {
    committed: (milliseconds) => commits.observe(milliseconds / 1_000),
    failed: () => failures.inc(),
  };
}
