/* mocha's spec report for people on stdout, and its counts for test/run.ts in a file. */
const {writeFileSync} = require('node:fs')
const {reporters, Runner} = require('mocha')

module.exports = class SpecAndJson extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options)
    const pending = []
    runner.on(Runner.constants.EVENT_TEST_PENDING, (test) => pending.push({fullTitle: test.fullTitle()}))
    runner.on(Runner.constants.EVENT_RUN_END, () => {
      const {passes, failures, tests} = runner.stats
      writeFileSync(options.reporterOption.file, JSON.stringify({stats: {passes, failures, tests}, pending}))
    })
  }
}
