import {join} from 'node:path'
import {checks} from './checks.ts'
import {runTool} from './run-tool.ts'

const root = join(import.meta.dirname, '../..')
const house = {name: 'house rules', run: () => runTool(root, ['mocha', '--reporter', 'dot', 'test/house/*.test.ts'])}

/** Runs every check, also after one has failed, so that one round shows everything. */
async function check(): Promise<void> {
  for (const {name, run} of [...checks, house]) {
    const {ok, output, ms} = await run(root)
    process.stdout.write(`${ok ? '✓' : '✗'} ${name} (${(ms / 1000).toFixed(1)} s)\n`)
    if (ok) continue
    process.stdout.write(`${output.trim()}\n`)
    process.exitCode = 1
  }
}

await check()
