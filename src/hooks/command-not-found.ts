import type {Hook} from '@oclif/core'
import {didYouMean} from '../did-you-mean.ts'
import {ExitCode} from '../exit-codes.ts'

/** Names the nearest command and ends; it never asks, since a script may be the one who mistyped. */
export const commandNotFound: Hook.CommandNotFound = async function ({id, config}) {
  const visible = config.commands.filter((command) => !command.hidden).map((command) => command.id)
  const meant = didYouMean(id, visible)
  const typed = (name: string) => name.replaceAll(':', ' ')
  const hint = meant ? `Did you mean "vibe ${typed(meant)}"?` : '"vibe help" lists the commands.'
  this.error(`There is no command "${typed(id)}". ${hint}`, {exit: ExitCode.usage})
}
