import {openInstance, type Workplace} from '../agent/open.ts'
import {userFile} from '../config/load.ts'
import {readConfigFile} from '../config/read.ts'
import {VibeError} from '../errors.ts'
import {openAbilityStore} from '../providers/abilities.ts'
import {ensureKey, tryConnection} from '../providers/check-provider.ts'
import {ENVIRONMENT_INSTANCE} from '../providers/choose-instance.ts'
import {resolveInstance} from '../providers/instances.ts'
import {keyWords} from '../providers/list-providers.ts'
import {isForeign} from '../providers/plugin-facts.ts'
import type {ResolvedInstance} from '../providers/types.ts'
import type {Finding} from './finding.ts'
import {isOpen, type Place} from './place.ts'

const AT_ONCE = 4
/** A key command may ask a person; starting a provider and asking the service have timers of their own. */
const PROVIDER_MS = 20_000
const OLD_DAYS = 90

/** Each provider that is set up: its key, its address, and whether the service takes both. None is asked for an answer. */
export async function checkProviders({workplace, tried}: Place, signal: AbortSignal): Promise<Finding[]> {
  if (!isOpen(workplace))
    return [
      {id: 'providers', title: 'Providers', state: 'skipped', detail: 'nothing can be asked before the rest is mended'},
    ]
  const {config} = workplace
  const chosen = choose(workplace)
  const current = 'instance' in chosen ? chosen.instance.name : undefined
  const names = Object.keys(config.values.providers)
  if (config.environmentProvider) names.unshift(ENVIRONMENT_INSTANCE)
  if (current !== undefined && !names.includes(current)) names.push(current)
  const waiting = [...names.keys()]
  const found: Finding[] = []
  const worker = async () => {
    for (let at = waiting.shift(); at !== undefined && !signal.aborted; at = waiting.shift())
      found[at] = await providerFinding(names[at] ?? '', {workplace, tried, isCurrent: names[at] === current, signal})
  }
  await Promise.all(Array.from({length: AT_ONCE}, worker))
  return [...chosenFindings(chosen, workplace), ...found]
}

type Chosen = {instance: ResolvedInstance} | {problem: unknown}

function choose(workplace: Workplace): Chosen {
  try {
    return {instance: resolve(workplace, {})}
  } catch (problem) {
    return {problem}
  }
}

/** Offline mode is no reason not to look at what is configured; who connects asks again. */
function resolve({config, registry, host, homes}: Workplace, selection: {provider?: string}): ResolvedInstance {
  const values = {...config.values, offlineMode: false}
  return resolveInstance({config: {...config, values}, registry, selection, env: host.env, dataFolder: homes.data})
}

function chosenFindings(chosen: Chosen, {homes, config, choice, host}: Workplace): Finding[] {
  const base = {id: 'default', title: 'Chosen provider'}
  if ('problem' in chosen) {
    // What is not read cannot be missed: the damage is said where the file is.
    if (readConfigFile(userFile(host.env)).state === 'corrupt')
      return [{...base, state: 'skipped', detail: 'unknown until your configuration is mended'}]
    return [{...base, state: 'error', ...words(chosen.problem)}]
  }
  const {name, model} = chosen.instance
  if (model === undefined) {
    const mend = `vibe model:list ${name}   then: vibe provider:update ${name} --model ID`
    return [{...base, state: 'error', detail: `${name}, but no model is chosen for it`, mend}]
  }
  if (config.values.offlineMode && !choice.offline && !chosen.instance.local) {
    const mend = 'vibe config:set offlineMode false   or, with a local one: vibe provider:use NAME'
    return [{...base, state: 'error', detail: `${name}, which cannot be reached in offline mode`, mend}]
  }
  return [
    {...base, state: 'ok', detail: `${name}, model ${model}`},
    ...abilityFindings(chosen.instance, {model, cacheFolder: homes.cache}),
  ]
}

/** What was once measured is believed until it is measured anew. */
function abilityFindings(
  instance: ResolvedInstance,
  {model, cacheFolder}: {model: string; cacheFolder: string},
): Finding[] {
  const known = openAbilityStore(cacheFolder).get(instance, model)
  const days = known === undefined ? NaN : Math.floor((Date.now() - Date.parse(known.at)) / 86_400_000)
  if (known === undefined || Number.isNaN(days)) return []
  const base = {id: 'abilities', title: 'Measured abilities'}
  const detail = `of ${model}: ${days < 1 ? 'today' : days === 1 ? 'yesterday' : `${days} days ago`}`
  if (days <= OLD_DAYS) return [{...base, state: 'ok', detail}]
  return [{...base, state: 'warning', detail, mend: `vibe provider:probe ${instance.name}`}]
}

type Asking = {workplace: Workplace; tried: Place['tried']; isCurrent: boolean; signal: AbortSignal}

async function providerFinding(name: string, {workplace, tried, isCurrent, signal}: Asking): Promise<Finding> {
  const base = {id: `provider:${name}`, title: `Provider ${name}`}
  const timed = AbortSignal.any([signal, AbortSignal.timeout(PROVIDER_MS)])
  try {
    const instance = resolve(workplace, {provider: name})
    const {endpoint, local} = instance
    if (workplace.config.values.offlineMode && !local)
      return {...base, state: 'skipped', detail: `${endpoint} is not asked: offline mode`}
    await refuseBroken(instance, tried)
    const latencyMs = await inTime(ask(instance, workplace, timed), timed)
    const key = keySource(instance, workplace)
    return {...base, state: 'ok', detail: `${endpoint} answers (${(latencyMs / 1000).toFixed(1)} s, key: ${key})`}
  } catch (error) {
    // One that is not in use stops nobody's work.
    return {...base, state: isCurrent ? 'error' : 'warning', ...words(error)}
  }
}

/** What failed once is not started again: it might block for good. */
async function refuseBroken({entry}: ResolvedInstance, tried: Place['tried']): Promise<void> {
  if (!isForeign(entry.plugin)) return
  const found = (await tried).find(({id, plugin}) => id === entry.id && plugin.name === entry.plugin.name)
  if (found && found.state !== 'ok')
    throw new Error(`its plugin ${entry.plugin.name} fails: ${found.problems[0] ?? found.state}`)
}

async function ask(instance: ResolvedInstance, workplace: Workplace, signal: AbortSignal): Promise<number> {
  await ensureKey(instance, signal)
  const {opened} = await openInstance(workplace, {...instance, model: instance.model ?? ''})
  try {
    return (await tryConnection({...opened, instance}, signal)).latencyMs
  } finally {
    await opened.provider.dispose?.()
  }
}

/** A provider that forgets the signal is not waited for. */
function inTime<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new Error(`no answer within ${PROVIDER_MS / 1000} s`))
    signal.addEventListener('abort', stop, {once: true})
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

function keySource({name, entry}: ResolvedInstance, {config}: Workplace): string {
  const {auth} = entry.manifest
  const usual = auth.flatMap((method) => (method.kind === 'api-key' ? method.env : []))
  const configured = Object.hasOwn(config.values.providers, name) ? config.values.providers[name] : undefined
  if (name === ENVIRONMENT_INSTANCE && !configured)
    return config.environmentProvider?.apiKey ? 'VIBE_CODER_API_KEY' : 'none'
  return keyWords(configured?.credential, usual)
}

function words(error: unknown): {detail: string; mend: string} {
  const detail = error instanceof Error ? error.message : String(error)
  const hint = error instanceof VibeError ? error.hint : undefined
  return {detail, mend: hint ?? 'vibe provider:list shows what is set up; vibe plugins shows what is installed'}
}
