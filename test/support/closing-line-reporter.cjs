const path = require('node:path');

/** One line for each test that failed, or for a file that could not be run: what a log that is cut still shows. */
function failures({ testResults }) {
  return testResults.flatMap(({ testFilePath, testExecError, testResults: tests }) => {
    const file = path.relative(process.cwd(), testFilePath);
    const failed = tests.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName);
    const names = (testExecError ?? null) === null ? failed : ['could not be run', ...failed];
    return names.map((name) => `FAILED  ${file}: ${name}`);
  });
}

/** Ends the run with what failed and `N passed, N failed`, and fails it on any skipped or unfinished test. */
class ClosingLineReporter {
  onRunComplete(_contexts, results) {
    const skipped = results.numPendingTests + results.numTodoTests;
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    this.error =
      skipped > 0
        ? new Error(`${skipped} tests were skipped; a skipped test counts as a failure`)
        : undefined;
    // At exit, so that it really is the last line, after jest's own summary.
    process.once('exit', () =>
      process.stdout.write(
        ['', ...failures(results), `${results.numPassedTests} passed, ${failed + skipped} failed`, ''].join(
          '\n',
        ),
      ),
    );
  }

  getLastError() {
    return this.error;
  }
}

module.exports = ClosingLineReporter;
