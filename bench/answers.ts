import type {Figure} from './figures.ts'
import {byTurns, usage, type Program} from './measure.ts'
import {manyDeltas, say, startModel, type ModelServer} from './server.ts'
import {makePlace} from './vibe.ts'

const DELTAS = 20_000
const CPU_RUNS = 5

/** What one answer costs: requests, bytes, memory, and processor time for a long one. */
export async function measureAnswers(runs: number): Promise<Figure[]> {
  const place = await makePlace()
  const short = await startModel(() => say('done'))
  const long = await startModel(() => manyDeltas(DELTAS))
  let requests = 0
  let bytes = 0
  const cpu = async (program: Program) => (await usage(program)).cpuMs / 1000
  const memory = async (program: Program, model: ModelServer) => {
    model.arrivals.length = 0
    const {peakMb} = await usage(program)
    requests = model.arrivals.length
    bytes = model.arrivals[0]?.bytes ?? 0
    return peakMb
  }
  const got = await byTurns(Math.min(runs, CPU_RUNS), {
    bareShort: () => cpu(place.bare(short.endpoint)),
    bareLong: () => cpu(place.bare(long.endpoint)),
    vibeShort: () => cpu(place.oneShot(short.endpoint)),
    vibeLong: () => cpu(place.oneShot(long.endpoint)),
    bareMemory: () => memory(place.bare(short.endpoint), short),
    vibeMemory: () => memory(place.oneShot(short.endpoint), short),
  })
  await Promise.all([short.close(), long.close(), place.remove()])
  return [
    ...costs(got),
    {name: 'requests for one answer', value: requests, unit: 'requests', limit: {of: 'value', most: 1}},
    {name: 'first request', value: bytes, unit: 'bytes', limit: {of: 'value', most: 5000}},
  ]
}

type Costs = Record<'bareShort' | 'bareLong' | 'vibeShort' | 'vibeLong' | 'bareMemory' | 'vibeMemory', number>

function costs(got: Costs): Figure[] {
  const floor = (value: number) => ({what: 'bare script', value})
  return [
    {
      name: 'peak memory of one answer',
      value: got.vibeMemory,
      unit: 'MB',
      floor: floor(got.bareMemory),
      limit: {of: 'value', most: 100},
    },
    {
      name: `${DELTAS} deltas above one answer`,
      value: got.vibeLong - got.vibeShort,
      unit: 's CPU',
      floor: floor(got.bareLong - got.bareShort),
      limit: {of: 'value', most: 0.25},
    },
  ]
}
