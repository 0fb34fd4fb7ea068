/**
 * Begins with the files that take a minute or more, the longest first. On a clean machine jest knows no durations and goes by the size
 * of files: a short file with a long test began last, and the rest of the run waited for it alone. Some of them compute and some
 * wait: begun by how long they take, they share the machine; begun by folder, three that compute stood in each other's way.
 */
const { default: Sequencer } = require('@jest/test-sequencer');

/** As one whole run measured them. Out of date, this costs time and nothing else. */
const LONGEST = [
  'faults/stopping',
  'hostile/generated',
  'workflows/approval-gate',
  'e2e/undo-of-each-kind',
  'faults/restore',
  'faults/outages',
  'activities/actions/vendor-faults',
  'faults/effects',
  'bad-inputs/bad-inputs',
  'faults/temporal-away',
  'hostile/vendors',
  'replay/replay',
  'e2e/decisions-over-real-ways',
  'e2e/jira-through-mcp',
  'e2e/deciding-from-slack',
  'hostile/whole-way',
  'workflows/decisions-at-once',
  'faults/crashes',
  'e2e/held-back',
  'e2e/the-whole-path',
  'faults/clock',
  'faults/pause-in-full-flow',
  'worker/catch-up',
  'api/webhooks/huge-texts',
  'inbox/relay/relay',
  'faults/database',
  'e2e/noise',
  'sweep/sweep',
  'hostile/fence',
  'faults/budget-burst',
  'workflows/agent-cycle',
].map((name) => `/test/${name}.test.ts`);

function rank({ path }) {
  const at = LONGEST.findIndex((name) => path.endsWith(name));
  return at < 0 ? LONGEST.length : at;
}

class LongestFirst extends Sequencer {
  sort(tests) {
    return super.sort(tests).toSorted((one, other) => rank(one) - rank(other));
  }
}

module.exports = LongestFirst;
