import type {Figure} from './figures.ts'
import {byTurns, wall, type Program} from './measure.ts'
import {emptyNode, makePlace} from './vibe.ts'

const ratio = (most: number) => ({of: 'ratio' as const, most})

/** How long a press of TAB waits: for a command's name, and for the models of a provider. */
export async function measureCompletion(runs: number): Promise<Figure[]> {
  const place = await makePlace()
  const got = await byTurns(runs, {
    node: () => wall(emptyNode),
    command: () => wall(line(place.complete, ['vibe', 'conf'])),
    model: () => wall(line(place.complete, ['vibe', 'setup', '--provider', 'openai', '--model', ''])),
  })
  await place.remove()
  const floor = {what: 'node -e 0', value: got.node}
  return [
    {name: 'completion of a command', value: got.command, unit: 'ms', floor, limit: ratio(2.5)},
    {name: 'completion of a model', value: got.model, unit: 'ms', floor, limit: ratio(2.5)},
  ]
}

function line(complete: (argv: string[]) => Program, words: string[]): Program {
  return complete(['--shell', 'bash', '--index', String(words.length - 1), '--', ...words])
}
