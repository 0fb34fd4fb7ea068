/** Ends the run with `N passed, N failed` and fails it on any skipped or unfinished test. */
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
      process.stdout.write(`\n${results.numPassedTests} passed, ${failed + skipped} failed\n`),
    );
  }

  getLastError() {
    return this.error;
  }
}

module.exports = ClosingLineReporter;
