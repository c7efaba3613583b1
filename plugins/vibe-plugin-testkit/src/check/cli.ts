import {BadUsage, readArguments, USAGE, type Arguments} from './arguments.ts'
import {BadExpectations} from './expectations.ts'
import {NoPackage} from './read-package.ts'
import {conforms, reportJson, reportText} from './report.ts'
import {checkPackage} from './check-package.ts'

export type CheckRun = {code: 0 | 1 | 2 | 8; stdout: string; stderr: string}

/**
 * The program vibe-provider-check.
 * @returns what it says and its exit code: 0 conforms, 8 a check fails, 2 wrong usage, 1 a bug of this kit
 */
export async function checkProvider(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<CheckRun> {
  try {
    const given = readArguments(argv)
    return given.help ? {code: 0, stdout: USAGE, stderr: ''} : await run(given, env)
  } catch (error) {
    const known = error instanceof BadUsage || error instanceof BadExpectations || error instanceof NoPackage
    if (known) return {code: 2, stdout: '', stderr: `vibe-provider-check: ${error.message}\nSee --help.\n`}
    const text = error instanceof Error ? error.stack : String(error)
    return {code: 1, stdout: '', stderr: `vibe-provider-check broke: ${text}\n`}
  }
}

async function run(given: Arguments, env: NodeJS.ProcessEnv): Promise<CheckRun> {
  const report = await checkPackage(given, env)
  const stdout = given.json ? reportJson(report) : reportText(report)
  return {code: conforms(report) ? 0 : 8, stdout, stderr: ''}
}
