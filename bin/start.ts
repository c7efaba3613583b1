import {flush, run, settings, type Interfaces} from '@oclif/core'
import {fstatSync} from 'node:fs'
import {interpret, type KnownCommands} from './arguments.ts'
import {loadConfig, type LoadOptions} from './load-config.ts'
import {reportFailure} from './report-failure.ts'
import {recoveredLine, recoverInterrupted} from '../src/agent/recovered.ts'
import {ExitCode} from '../src/exit-codes.ts'
import {homes} from '../src/paths.ts'
import {sanitize} from '../src/ui/sanitize.ts'
import {wrapWords} from '../src/ui/wrap.ts'

/** How long a finished command waits for what still runs. */
const LINGER_MS = 500

export type StartOptions = {
  /** What follows the program's name. */
  argv: string[]
  /** The folder of vibe's own package.json. */
  root: string
  /** Given when running from the sources, whose commands lie elsewhere. */
  pjson?: LoadOptions['pjson']
  ignoreManifest?: boolean
}

/** Runs one command line to its end and leaves the exit code in `process.exitCode`. */
export async function start({argv, ...load}: StartOptions): Promise<void> {
  process.on('uncaughtException', (error) => process.exit(reportFailure(error)))
  try {
    const safe = takeNoPlugins(argv)
    prepareEnvironment(safe.argv, safe.noPlugins)
    settings.enableAutoTranspile = false
    const config = await loadConfig({...load, userPlugins: !safe.noPlugins})
    const meant = interpret(safe.argv, knownCommands(config), terminalFacts())
    if ('refuse' in meant) {
      process.stderr.write(`${wrapWords(`✗ ${meant.refuse}`, process.stderr.columns)}\n`)
      process.exitCode = ExitCode.usage
      return
    }
    if ('help' in meant) return await helpOnStderr(config)
    await settleInterrupted()
    await run(meant.argv, config)
    await flush()
    endSoon()
  } catch (error) {
    process.exitCode = reportFailure(error)
    process.exit()
  }
}

/** Changes that a run which was killed left half done are settled before anything else happens, and that is said. */
async function settleInterrupted(): Promise<void> {
  for (const found of await recoverInterrupted(homes().data))
    process.stderr.write(`${wrapWords(sanitize(recoveredLine(found)), process.stderr.columns)}\n`)
}

/** What a plugin has left running, an interval for example, must not keep a finished command alive. */
function endSoon(): void {
  const isWritten = () => process.stdout.writableLength + process.stderr.writableLength === 0
  // Whoever pressed Ctrl-C waits for nothing.
  const lingerMs = process.exitCode === ExitCode.interrupted ? 1 : LINGER_MS
  setTimeout(() => (isWritten() ? process.exit() : endSoon()), lingerMs).unref()
}

/** `--no-plugins` counts wherever it stands before `--`, since it must work when plugins keep a command from parsing. */
function takeNoPlugins(argv: string[]): {argv: string[]; noPlugins: boolean} {
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length
  const rest = argv.filter((word, position) => position >= end || word !== '--no-plugins')
  return {argv: rest, noPlugins: rest.length < argv.length || process.env['VIBE_CODER_NO_PLUGINS'] === '1'}
}

function prepareEnvironment([command]: string[], noPlugins: boolean): void {
  const env = process.env
  env['OCLIF_DISABLE_LINKED_ESM_WARNING'] = '1'
  if (noPlugins) env['VIBE_CODER_NO_PLUGINS'] = '1'
  // Only here: commands that a model runs in a project must find npm as the user set it up.
  const installs = command?.split(':')[0] === 'plugins'
  if (installs) env['npm_config_ignore_scripts'] = 'true'
}

function knownCommands(config: Interfaces.Config): KnownCommands {
  const visible = config.commands.filter((command) => !command.hidden).map((command) => command.id)
  return {ids: config.commandIDs, visible, aliases: config.commands.flatMap((command) => command.aliases)}
}

function terminalFacts() {
  return {terminal: process.stdin.isTTY === true && process.stdout.isTTY === true, piped: somethingIsPiped()}
}

/** Whether stdin is a pipe, a socket or a file with content, which is a question to ask. `/dev/null` is none. */
function somethingIsPiped(): boolean {
  try {
    const facts = fstatSync(0)
    return facts.isFIFO() || facts.isSocket() || (facts.isFile() && facts.size > 0)
  } catch {
    return false // A closed stdin asks nothing.
  }
}

async function helpOnStderr(config: Interfaces.Config): Promise<void> {
  const {VibeHelp} = await import('../src/help.ts')
  await new VibeHelp(config, {sendToStderr: true}).showHelp([])
  process.exitCode = ExitCode.usage
}
