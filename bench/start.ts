import type {Figure} from './figures.ts'
import {byTurns, wall, type Program} from './measure.ts'
import {say, startModel, type ModelServer} from './server.ts'
import {emptyNode, makePlace, version} from './vibe.ts'

/** How long until vibe has said its version, and until the service has its first request. */
export async function measureStart(runs: number): Promise<Figure[]> {
  const place = await makePlace()
  const model = await startModel(() => say('done'))
  const got = await byTurns(runs, {
    node: () => wall(emptyNode),
    version: () => wall(version),
    bare: () => firstRequest(place.bare(model.endpoint), model),
    vibe: () => firstRequest(place.oneShot(model.endpoint), model),
  })
  await model.close()
  await place.remove()
  const floor = {what: 'node -e 0', value: got.node}
  return [
    {name: '--version', value: got.version, unit: 'ms', floor, limit: {of: 'ratio', most: 1.5}},
    {name: 'first request of vibe run', value: got.vibe, unit: 'ms', floor, limit: {of: 'ratio', most: 5}},
    {name: 'first request of a bare script', value: got.bare, unit: 'ms', floor, limit: {of: 'ratio', most: 5}},
  ]
}

async function firstRequest(program: Program, model: ModelServer): Promise<number> {
  model.arrivals.length = 0
  const started = performance.now()
  await wall(program)
  const first = model.arrivals[0]
  if (first === undefined) throw new Error(`${program.argv.join(' ')} sent no request`)
  return first.at - started
}
