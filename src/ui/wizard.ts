import type {ModelInfo} from 'vibe-plugin-api'
import {draftProvider, freeName, saveProvider, type AddResult} from '../providers/add-provider.ts'
import type {AddHost, Draft, DraftRequest} from '../providers/draft.ts'
import {askModels, ensureKey, tryCall} from '../providers/check-provider.ts'
import {probeLocalServers, type FoundServer} from '../providers/detect.ts'
import type {KnownProvider} from '../providers/known-providers.ts'
import {measureAloud} from '../providers/probe/probe-draft.ts'
import type {OpenedProvider} from '../providers/types.ts'
import {VibeError} from '../errors.ts'
import {chooseModel} from './choose-model.ts'
import {callFigures, lineOf} from './provider-desk.ts'
import {askEndpoint, askKey, askKeyItself} from './prompts-for-provider.ts'
import {askSettings} from './prompts-from-settings.ts'
import {offerPull} from './offer-pull.ts'
import {left, search, select, type Choice} from './prompts.ts'
import {shortHome} from './short-path.ts'
import {offersFrom, type Offer} from './wizard-offers.ts'

export type WizardHost = AddHost & {
  /** Where the wizard's own lines go; prompts draw on the terminal themselves. */
  write: (text: string) => void
  /** Looks for servers on this machine; replaced only by tests of other ports. */
  findServers?: (signal: AbortSignal) => Promise<FoundServer[]>
  /** Asks for and installs the package of a type; the host afterwards knows the type. */
  install?: (type: KnownProvider) => Promise<WizardHost>
}

/**
 * Sets up a provider by asking. Esc goes back to the first question.
 * @throws VibeError `interrupted` (exit 130) on Ctrl-C; nothing is saved then
 */
export async function runWizard(host: WizardHost): Promise<AddResult> {
  const servers = await (host.findServers ?? probeLocalServers)(host.signal)
  const offers = offersFrom(host, servers)
  host.write(
    'Welcome to vibe. Two or three questions, about 30 seconds.\nTyping narrows a list, Esc goes back, Ctrl-C leaves; nothing is saved before the end.\n\n',
  )
  if (servers.length === 0)
    host.write('No model server runs here. To use one, start it first, for example: ollama serve\n\n')
  for (;;) {
    try {
      const offer = await chosen(offers)
      const [ready, request] = await installed(offer, host)
      host = ready
      const draft = await setUp({...offer, request}, host)
      if (draft !== 'other') return await finish(draft, host)
    } catch (error) {
      if (!(error instanceof VibeError && error.code === 'step-back')) throw error
    }
  }
}

async function chosen(offers: Offer[]): Promise<Offer> {
  const choices = offers.map(({label, hint, also}, index): Choice => ({
    value: String(index),
    label,
    hint,
    ...(also && {also}),
  }))
  const offer = offers[Number(await search('Which model service should vibe use?', choices))]
  if (!offer) throw left('step-back')
  return offer
}

/** Installs what the offer needs; where something else serves as well, whatever stands in the way is said and passed over. */
async function installed({needs, request, instead}: Offer, host: WizardHost): Promise<[WizardHost, DraftRequest]> {
  if (!needs || host.registry.entries.some(({id}) => id === needs.id)) return [host, request]
  try {
    if (host.install) return [await host.install(needs), request]
  } catch (error) {
    const declined = error instanceof VibeError && error.code === 'install-declined'
    if (declined && !instead) throw left('step-back')
    if (!(error instanceof VibeError) || error.code === 'interrupted' || error.code === 'step-back') throw error
    host.write(`${declined ? '' : `! ${error.message}\n`}${instead ? 'Going on without it.\n' : ''}\n`)
    if (!instead) throw left('step-back')
  }
  return [host, instead ?? request]
}

async function setUp(offer: Offer, host: WizardHost): Promise<Draft | 'other'> {
  const request: DraftRequest = {...offer.request, name: freeName(offer.request.name, host.config)}
  const {manifest} = host.registry.get(request.type)
  if (offer.ask.address) Object.assign(request, await askEndpoint(manifest))
  if (offer.ask.key) request.key = await askKey(request, host)
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
        const pulled = models?.length === 0 ? await offerPull(opened, host.signal) : undefined
        const model = pulled ?? (await chooseModel(draft.resolved, models))
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
