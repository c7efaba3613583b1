import {openInstance, openWorkplace, withPlugin, type Choice, type Host, type Workplace} from '../agent/open.ts'
import {originText} from '../config/explain.ts'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import type {AddEvent} from '../providers/add-provider.ts'
import type {AddHost} from '../providers/draft.ts'
import {PROBE_COST} from '../providers/probe/probe.ts'
import {badPluginLines} from '../providers/registry.ts'
import type {PluginSource} from '../providers/types.ts'
import {abilityLine} from './ability-lines.ts'
import {money, seconds} from './figures.ts'
import {wrapWords} from './wrap.ts'

/** Everything the provider commands work on: configuration, registry, and a signal that Ctrl-C raises. */
export type Desk = AddHost & {
  workplace: Workplace
  /** Talk goes to standard error; standard output is the answer. */
  write: (text: string) => void
  report: (event: AddEvent) => void
  /** Gives Ctrl-C back to whoever works on in this process. */
  release: () => void
}

/** Reads configuration and manifests, and says in one line each what of them cannot be used. */
export async function openDesk(host: Host, choice: Choice = {}): Promise<Desk> {
  const workplace = await openWorkplace(host, choice)
  const write = (text: string) => void process.stderr.write(wrapWords(text, process.stderr.columns))
  for (const {origin, message} of workplace.config.problems) write(`! ${originText(origin)}: ${message}\n`)
  for (const line of badPluginLines(workplace.registry)) write(`! ${line}\n`)
  const report = (event: AddEvent) => write(lineOf(event))
  return {env: host.env, ...interruption(), write, report, ...placed(workplace)}
}

/** The same desk after a plugin was installed: its providers can be used at once. */
export async function deskWith(desk: Desk, plugin: PluginSource): Promise<Desk> {
  return {...desk, ...placed(await withPlugin(desk.workplace, plugin))}
}

function placed(workplace: Workplace): Pick<Desk, 'workplace' | 'config' | 'registry' | 'homes' | 'open'> {
  return {
    workplace,
    config: workplace.config,
    registry: workplace.registry,
    homes: workplace.homes,
    // A provider can be asked for its models before one is chosen.
    open: async (instance) => {
      const {opened} = await openInstance(workplace, {...instance, model: instance.model ?? ''})
      return {...opened, instance}
    },
  }
}

/** Raised by the first Ctrl-C between two questions; within a question the terminal hands the key to the question. */
function interruption(): {signal: AbortSignal; release: () => void} {
  const controller = new AbortController()
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  const stop = () =>
    controller.abort(new VibeError({code: 'interrupted', message: 'Nothing was saved.', exit: ExitCode.interrupted}))
  for (const name of names) process.once(name, stop)
  return {signal: controller.signal, release: () => names.forEach((name) => void process.removeListener(name, stop))}
}

/** What is said of a step, the line's end when it is over. */
export function lineOf(event: AddEvent): string {
  if (event.step === 'models') {
    if (event.state === 'start') return ''
    return event.count === undefined ? '' : `  ${event.count} ${event.count === 1 ? 'model' : 'models'} listed\n`
  }
  if (event.step === 'probe') {
    if (event.state === 'start') return `  measuring what it can do (${PROBE_COST}) … `
    return event.state === 'done' ? `${abilityLine(event.abilities)}\n` : `not measured: ${event.why}\n`
  }
  if (event.state === 'start') return `  trying ${event.model} with one short question … `
  return `works (${callFigures(event.report)})\n`
}

/** "0.6 s, cost $0.0001"; what is not known is said. */
export function callFigures({latencyMs, costUsd}: {latencyMs: number; costUsd?: number}): string {
  const cost = costUsd === undefined ? 'price unknown' : costUsd === 0 ? 'free' : `cost ${money(costUsd)}`
  return `${seconds(latencyMs)}, ${cost}`
}
