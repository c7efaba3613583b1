import type {Host} from '../agent/open.ts'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {addProvider, freeName, type AddResult} from '../providers/add-provider.ts'
import type {DraftRequest} from '../providers/draft.ts'
import {canAsk} from './prompts.ts'
import {openDesk, type Desk} from './provider-desk.ts'
import {installType, missingType} from './install-type.ts'
import {runWizard, type WizardHost} from './wizard.ts'
import {wrapWords} from './wrap.ts'

/**
 * `vibe setup`: the wizard in a terminal, or what the flags say.
 * @returns `asked`: the wizard ran and has said everything itself
 * @throws VibeError (exit 3) without a terminal and without flags
 */
export async function setUp(
  request: Omit<DraftRequest, 'name' | 'type'> & {type?: string},
  options: {verify: boolean; ask: boolean; install: boolean},
  desk: Desk,
): Promise<{result: AddResult; asked: boolean}> {
  const {type} = request
  if (type === undefined) {
    if (Object.keys(request).length > 0 || !options.ask || !canAsk()) throw needsFlags()
    return {result: await runWizard(aloud(desk)), asked: true}
  }
  const missing = missingType(type, desk.registry)
  const ready = missing ? await installType(missing, desk, options) : desk
  const name = freeName(type, ready.config)
  return {result: await addProvider({...request, name, type}, {verify: options.verify, use: true}, ready), asked: false}
}

/**
 * Lets a talk that found nothing set up begin with the wizard.
 * @param error what opening a provider threw; anything but "not set up", and everything without a terminal, is thrown again
 */
export async function setUpInstead(error: unknown, host: Host): Promise<void> {
  if (!(error instanceof VibeError && error.code === 'not-set-up' && canAsk())) throw error
  const desk = await openDesk(host)
  try {
    await runWizard(aloud(desk))
  } finally {
    desk.release()
  }
}

/** The wizard is what its command answers: its lines go to standard output, between its questions. */
function aloud(desk: Desk): WizardHost {
  const write = (text: string) => void process.stdout.write(wrapWords(text, process.stdout.columns))
  const heard = {...desk, write}
  return {...heard, install: async (type) => aloud(await installType(type, heard, {install: false, ask: true}))}
}

function needsFlags(): VibeError {
  return new VibeError({
    code: 'no-terminal',
    message: 'Setup asks questions, and this is not a terminal.',
    hint: 'vibe setup --provider TYPE (--key-env VARIABLE | --key-stdin | --key-command COMMAND | --no-key) --model ID --yes   or   vibe provider:add',
    exit: ExitCode.notSetUp,
  })
}
