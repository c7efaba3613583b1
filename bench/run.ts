import {cpus, loadavg} from 'node:os'
import {parseArgs} from 'node:util'
import {judge, table} from './figures.ts'
import {measureApply} from './apply.ts'
import {measureAnswers} from './answers.ts'
import {measureChat} from './chat.ts'
import {measureCompletion} from './completion.ts'
import {measureEdits} from './edits.ts'
import {measureMarkdown} from './markdown.ts'
import {measurePlugins} from './plugins.ts'
import {measureStart} from './start.ts'
import {measureTurns} from './turns.ts'

const {values} = parseArgs({options: {json: {type: 'boolean'}, runs: {type: 'string', default: '11'}}})
const runs = Number(values.runs)

const measured = [
  ...(await measureStart(runs)),
  ...(await measurePlugins(runs)),
  ...(await measureCompletion(runs)),
  ...(await measureChat(runs)),
  ...(await measureAnswers(runs)),
  ...(await measureTurns(runs)),
  ...(await measureEdits(runs)),
  ...(await measureApply(runs)),
  ...(await measureMarkdown(runs)),
]
const figures = measured.map(judge)
const machine = {node: process.version, platform: process.platform, cpus: cpus().length, load: loadavg()[0], runs}
if (values.json) process.stdout.write(`${JSON.stringify({machine, figures}, undefined, 2)}\n`)
else process.stdout.write(`${table(figures)}\n\nmedians of ${runs} runs, ${JSON.stringify(machine)}\n`)
process.exitCode = figures.every(({ok}) => ok) ? 0 : 8
