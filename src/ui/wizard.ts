import type {ModelInfo} from 'vibe-plugin-api'
import {addableTypes, draftProvider, freeName, saveProvider, type AddResult} from '../providers/add-provider.ts'
import type {AddHost, Draft, DraftRequest} from '../providers/draft.ts'
import {askModels, ensureKey, tryCall} from '../providers/check-provider.ts'
import {findKeys, probeLocalServers, type FoundServer} from '../providers/detect.ts'
import {measureAloud} from '../providers/probe/probe-draft.ts'
import type {OpenedProvider} from '../providers/types.ts'
import {VibeError} from '../errors.ts'
import {chooseModel} from './choose-model.ts'
import {callFigures, lineOf} from './provider-desk.ts'
import {askEndpoint, askKey, askKeyItself} from './prompts-for-provider.ts'
import {askSettings} from './prompts-from-settings.ts'
import {select, type Choice} from './prompts.ts'
import {shortHome} from './short-path.ts'

export type WizardHost = AddHost & {
  /** Where the wizard's own lines go; prompts draw on the terminal themselves. */
  write: (text: string) => void
  /** Looks for servers on this machine; replaced only by tests of other ports. */
  findServers?: (signal: AbortSignal) => Promise<FoundServer[]>
}

/** What the first question offers: enough to draft a provider, but for what still has to be asked. */
type Offer = {label: string; hint: string; request: DraftRequest; ask: 'nothing' | 'key' | 'address'}

/**
 * Sets up a provider by asking. Esc goes back to the first question.
 * @throws VibeError `interrupted` (exit 130) on Ctrl-C; nothing is saved then
 */
export async function runWizard(host: WizardHost): Promise<AddResult> {
  const servers = await (host.findServers ?? probeLocalServers)(host.signal)
  const offers = offersFrom(host, servers)
  host.write(
    'Welcome to vibe. Two or three questions, about 30 seconds.\nCtrl-C leaves, Esc goes back; nothing is saved before the end.\n\n',
  )
  if (servers.length === 0)
    host.write('No model server runs here. To use one, start it first, for example: ollama serve\n\n')
  for (;;) {
    try {
      const draft = await setUp(offers, host)
      if (draft !== 'other') return await finish(draft, host)
    } catch (error) {
      if (!(error instanceof VibeError && error.code === 'step-back')) throw error
    }
  }
}

function offersFrom(host: WizardHost, servers: FoundServer[]): Offer[] {
  const types = addableTypes(host.registry)
  const keys = findKeys(host.env, host.registry)
  const fromKeys = keys.map((key): Offer => ({
    label: key.providerName,
    hint: `key found in ${key.variable} (${key.masked})`,
    request: {name: key.type, type: key.type, key: {kind: 'env', variable: key.variable}},
    ask: 'nothing',
  }))
  const fromServers = servers.map((server): Offer => {
    const own = types.find(
      (entry) => entry.id === server.kind || (server.kind === 'lm-studio' && entry.id === 'lmstudio'),
    )
    const endpoint = own || server.endpoint.endsWith('/v1') ? server.endpoint : `${server.endpoint}/v1`
    return {
      label: SERVER_NAMES[server.kind],
      hint: `running here, ${server.models.length} ${server.models.length === 1 ? 'model' : 'models'}, free`,
      request: {name: server.kind, type: own?.id ?? 'openai-compatible', endpoint, key: {kind: 'none'}},
      ask: 'nothing',
    }
  })
  const rest = types.filter((entry) => entry.id !== 'openai-compatible' && !keys.some((key) => key.type === entry.id))
  const toPaste = rest.map((entry): Offer => {
    const needsKey = entry.manifest.auth.some((method) => method.kind === 'api-key')
    const request: DraftRequest = {name: entry.id, type: entry.id}
    return {
      label: entry.manifest.name,
      hint: needsKey ? 'paste a key' : 'no key needed',
      request,
      ask: needsKey ? 'key' : 'nothing',
    }
  })
  const another: Offer = {
    label: 'Another',
    hint: 'any OpenAI-compatible address',
    request: {name: 'custom', type: 'openai-compatible'},
    ask: 'address',
  }
  return [...fromKeys, ...fromServers, ...toPaste, another]
}

const SERVER_NAMES = {ollama: 'Ollama', 'lm-studio': 'LM Studio', local: 'Local server'} as const

async function setUp(offers: Offer[], host: WizardHost): Promise<Draft | 'other'> {
  const choices = offers.map((offer, index): Choice => ({value: String(index), label: offer.label, hint: offer.hint}))
  const offer = offers[Number(await select('Which model service should vibe use?', choices))]
  if (!offer) return 'other'
  const request: DraftRequest = {...offer.request, name: freeName(offer.request.name, host.config)}
  if (offer.ask === 'address') Object.assign(request, await askEndpoint())
  if (offer.ask !== 'nothing') request.key = await askKey(request, host)
  const {manifest} = host.registry.get(request.type)
  request.settings = await askSettings(manifest.settings, {env: host.env})
  return verified(request, host)
}

/** Lists models, asks which, and tries one call, until it works, is given up or is to be saved as it is. */
async function verified(request: DraftRequest, host: WizardHost): Promise<Draft | 'other'> {
  for (;;) {
    const draft = draftProvider(request, host)
    try {
      await ensureKey(draft.resolved, host.signal)
      const opened = await host.open(draft.resolved)
      try {
        const models = await listAloud(opened, host)
        const model = await chooseModel(draft.resolved, models)
        request = {...request, model}
        await tryAloud({opened, model, models: models ?? []}, host)
        const measured = await measureAloud(
          {opened, model, signal: host.signal},
          (event) => host.write(lineOf(event)),
          models,
        )
        return {...draftProvider(request, host), measured}
      } finally {
        await opened.provider.dispose?.()
      }
    } catch (error) {
      const next = await afterFailure(error, host)
      if (next === 'other') return 'other'
      if (next === 'save') return withModel(request, host)
      if (next === 'key') request = {...request, key: await askKeyItself(request, host)}
    }
  }
}

async function listAloud(opened: OpenedProvider, host: WizardHost): Promise<ModelInfo[] | undefined> {
  host.write('\n  asking for its models … ')
  try {
    const models = await askModels(opened, host.signal)
    host.write(models === undefined ? 'it has no list\n\n' : `${models.length} found\n\n`)
    return models
  } catch (error) {
    host.write('failed\n')
    throw error
  }
}

async function tryAloud(
  call: {opened: OpenedProvider; model: string; models: ModelInfo[]},
  host: WizardHost,
): Promise<void> {
  host.write(`\n  trying ${call.model} with one short question … `)
  try {
    const report = await tryCall(call.opened, call.model, {signal: host.signal, models: call.models})
    host.write(`works (${callFigures(report)})\n`)
  } catch (error) {
    host.write('failed\n')
    throw error
  }
}

async function afterFailure(error: unknown, host: WizardHost): Promise<'retry' | 'key' | 'other' | 'save'> {
  const known = error instanceof VibeError
  if (!known || error.code === 'interrupted' || error.code === 'step-back') throw error
  host.write(`\n✗ ${error.message}\n${error.origin === undefined ? '' : `  ${error.origin}\n`}\n`)
  const refused = error.exit === 4
  const choices: Array<Choice<'retry' | 'key' | 'other' | 'save'>> = [
    {value: 'retry', label: 'Try again'},
    {value: 'key', label: 'Enter another key'},
    {value: 'other', label: 'Choose another service'},
    {value: 'save', label: 'Save it anyway', hint: 'it may not work yet'},
  ]
  return select('What now?', refused ? [...choices.slice(1, 2), ...choices.toSpliced(1, 1)] : choices)
}

/** What is saved unverified still names a model, so that the first chat does not end in a question. */
async function withModel(request: DraftRequest, host: WizardHost): Promise<Draft> {
  const draft = draftProvider(request, host)
  if (draft.resolved.model !== undefined) return draft
  return draftProvider({...request, model: await chooseModel(draft.resolved, undefined)}, host)
}

async function finish(draft: Draft, host: WizardHost): Promise<AddResult> {
  const saved = await saveProvider(draft, {use: true}, host)
  host.write(`\nSaved to ${shortHome(saved.file, host.env)} (only you can read it).\nReady. Start with: vibe\n`)
  return saved
}
