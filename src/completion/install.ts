import {basename} from 'node:path'
import type {Environment} from '../paths.ts'
import {bashScript} from './scripts/bash.ts'
import {fishScript} from './scripts/fish.ts'
import {powershellScript} from './scripts/powershell.ts'
import {zshScript} from './scripts/zsh.ts'
import {SHELLS, type Shell} from './request.ts'

/** How a shell learns to complete vibe: the script, and the lines that make it load. */
export type Completion = {shell: Shell; script: string; install: string[]}

const SCRIPTS: Record<Shell, string> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
  powershell: powershellScript,
}

const INSTALL: Record<Shell, string[]> = {
  bash: [`echo 'eval "$(vibe completion bash)"' >> ~/.bashrc`],
  zsh: [`echo 'eval "$(vibe completion zsh)"' >> ~/.zshrc`],
  fish: ['vibe completion fish > ~/.config/fish/completions/vibe.fish'],
  powershell: ["Add-Content $PROFILE 'vibe completion powershell | Out-String | Invoke-Expression'"],
}

export function completionFor(shell: Shell): Completion {
  return {shell, script: SCRIPTS[shell], install: INSTALL[shell]}
}

/** The shell that a person most likely types in; undefined when nothing tells. */
export function usualShell(env: Environment, platform: NodeJS.Platform = process.platform): Shell | undefined {
  const name = basename(env['SHELL'] ?? '').replace(/\.exe$/, '')
  const known = SHELLS.find((shell) => shell === name)
  return known ?? (platform === 'win32' || name === 'pwsh' ? 'powershell' : undefined)
}
