import {Flags} from '@oclif/core'
import type {Host} from './agent/open.ts'
import {VibeCommand} from './base-command.ts'
import type {DraftRequest} from './providers/draft.ts'
import {TOOL_MODES, type ToolMode} from './providers/ladder/rungs.ts'
import {pairs} from './providers/provider-input.ts'
import {keySource} from './ui/key-source.ts'

/** What describes a provider, as flags; a key is never one, since every process on the machine can read them. */
export const providerFlags = {
  endpoint: Flags.string({description: 'Address of the service', helpValue: 'URL'}),
  model: Flags.string({char: 'm', description: 'Model id', helpValue: 'ID'}),
  header: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    description: 'Header sent with every request; may be repeated',
    helpValue: 'NAME=VALUE',
  }),
  set: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    description: 'Setting of the provider; may be repeated',
    helpValue: 'NAME=VALUE',
  }),
  fallback: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    description: 'Who goes on when it fails; may be repeated',
    helpValue: 'NAME[/MODEL]',
  }),
  'allow-remote-fallback': Flags.boolean({
    description: 'Let a local provider fall back on one that is not local without asking',
    allowNo: true,
  }),
  'key-env': Flags.string({
    description: 'Variable that holds the key',
    helpValue: 'VARIABLE',
    exclusive: ['key-stdin', 'key-command', 'no-key'],
  }),
  'key-stdin': Flags.boolean({
    description: 'Read the key from standard input; asked in a terminal',
    exclusive: ['key-command', 'no-key'],
  }),
  'key-command': Flags.string({
    description: 'Command that prints the key',
    helpValue: 'COMMAND',
    exclusive: ['no-key'],
  }),
  'no-key': Flags.boolean({description: 'The service needs no key'}),
  'tool-mode': Flags.option({
    options: TOOL_MODES,
    description: 'How the model asks for tools; auto as it was measured',
  })(),
  'no-validate': Flags.boolean({description: 'Save without trying the service'}),
  insecure: Flags.boolean({description: 'Accept plain http to an address that is not local'}),
}

export const installFlag = {
  install: Flags.boolean({description: 'Install the package of the type if it is missing, without a question'}),
}

export type ProviderFlagValues = {
  endpoint?: string | undefined
  model?: string | undefined
  header?: string[] | undefined
  set?: string[] | undefined
  fallback?: string[] | undefined
  'allow-remote-fallback'?: boolean | undefined
  'key-env'?: string | undefined
  'key-stdin'?: boolean
  'key-command'?: string | undefined
  'no-key'?: boolean
  'tool-mode'?: ToolMode | undefined
  insecure?: boolean
}

/** The flags as a request; reads the key from standard input where that is asked for. */
export async function requestOf(
  flags: ProviderFlagValues,
  signal: AbortSignal,
): Promise<Omit<DraftRequest, 'name' | 'type'>> {
  const key = await keySource(
    {
      env: flags['key-env'],
      stdin: flags['key-stdin'] === true,
      command: flags['key-command'],
      none: flags['no-key'] === true,
    },
    signal,
  )
  return {
    ...(flags.endpoint !== undefined && {endpoint: flags.endpoint}),
    ...(flags.model !== undefined && {model: flags.model}),
    ...(flags.header && {headers: pairs(flags.header, 'header')}),
    ...(flags.set && {settings: pairs(flags.set, 'set')}),
    ...(flags.fallback && {fallbacks: flags.fallback}),
    ...(flags['allow-remote-fallback'] !== undefined && {allowRemoteFallback: flags['allow-remote-fallback']}),
    ...(flags['tool-mode'] !== undefined && {toolMode: flags['tool-mode']}),
    ...(flags.insecure === true && {insecure: true}),
    ...(key && {key}),
  }
}

export abstract class ProviderCommand extends VibeCommand {
  protected host(): Host {
    return {
      plugins: [...this.config.plugins.values()],
      env: process.env,
      cwd: process.cwd(),
      version: this.config.version,
    }
  }
}
