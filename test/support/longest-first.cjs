/**
 * Begins with the folders whose files take minutes. On a clean machine jest knows no durations and goes by the size of files: a
 * short file with a long test began last, and the rest of the run waited for it alone.
 */
const { default: Sequencer } = require('@jest/test-sequencer');

const LONGEST = [
  'hostile',
  'faults',
  'bad-inputs',
  'e2e',
  'workflows',
  'doctor',
  'activities/actions',
  'sweep',
];

function rank({ path }) {
  const at = LONGEST.findIndex((folder) => path.includes(`/test/${folder}/`));
  return at < 0 ? LONGEST.length : at;
}

class LongestFirst extends Sequencer {
  sort(tests) {
    return super.sort(tests).toSorted((one, other) => rank(one) - rank(other));
  }
}

module.exports = LongestFirst;
