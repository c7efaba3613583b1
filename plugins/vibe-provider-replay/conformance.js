import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'

const POSITIONS = 5

/** The conformance kit has no service to answer for: it writes a script instead, the same answer wherever it is asked. */
export async function script({reasoning, text, toolCalls, usage}, folder) {
  const file = join(folder, 'script.json')
  const counts = usage && {input: usage.input, output: usage.output}
  const answer = JSON.parse(JSON.stringify({reasoning, text, toolCalls, usage: counts}))
  await writeFile(file, JSON.stringify({v: 1, name: 'conformance', answers: Array(POSITIONS).fill(answer)}))
  return {file}
}
