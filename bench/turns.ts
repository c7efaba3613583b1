import type {Figure} from './figures.ts'
import {byTurns, wall, type Program} from './measure.ts'
import {startModel, turnsOfTrue} from './server.ts'
import {makePlace} from './vibe.ts'

const FEW = 10
const MANY = 50

/** What one more tool turn costs: the slope between few and many turns, which leaves the start out. */
export async function measureTurns(runs: number): Promise<Figure[]> {
  const place = await makePlace()
  const got = await byTurns(Math.max(3, runs >> 1), {
    bareFew: () => withTurns(FEW, place.bare),
    bareMany: () => withTurns(MANY, place.bare),
    vibeFew: () => withTurns(FEW, place.oneShot),
    vibeMany: () => withTurns(MANY, place.oneShot),
  })
  await place.remove()
  const slope = (few: number, many: number) => (many - few) / (MANY - FEW)
  const floor = {what: 'bare script', value: slope(got.bareFew, got.bareMany)}
  const value = slope(got.vibeFew, got.vibeMany)
  return [{name: 'one tool turn of true', value, unit: 'ms', floor, limit: {of: 'value', most: 6}}]
}

async function withTurns(turns: number, program: (endpoint: string) => Program): Promise<number> {
  const model = await startModel(turnsOfTrue(turns))
  const ms = await wall(program(model.endpoint))
  const asked = model.arrivals.length
  await model.close()
  if (asked !== turns + 1) throw new Error(`${asked} requests for ${turns} turns`)
  return ms
}
