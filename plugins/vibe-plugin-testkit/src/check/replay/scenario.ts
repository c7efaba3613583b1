import type {Bench} from './bench.ts'

/** One thing that a provider has to get right. */
export type Scenario = {
  /** `replay/` comes before it. */
  id: string
  title: string
  mend: string
  run: (bench: Bench) => Promise<void>
}
