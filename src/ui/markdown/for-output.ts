import type {Environment} from '../../paths.ts'
import {styleFor, type Output} from '../style.ts'
import type {MarkdownOptions} from './types.ts'

/**
 * How Markdown is shown on a stream.
 * @returns undefined where the answer stays as the model wrote it: pipes and files, TERM=dumb, ACCESSIBLE
 */
export function markdownOptions(output: Output, env: Environment): MarkdownOptions | undefined {
  if (output.isTTY !== true || env['TERM'] === 'dumb' || isSet(env['ACCESSIBLE'])) return undefined
  const columns = output.columns === undefined || output.columns < 1 ? 80 : output.columns
  const background = backgroundOf(env)
  return {
    columns,
    style: styleFor(output, env),
    links: showsLinks(env),
    ...(background === undefined ? {} : {background}),
  }
}

/** Terminals that know nothing of OSC 8 pass over it, and the address would be lost; old VTE ones crash on it. */
function showsLinks(env: Environment): boolean {
  const forced = env['FORCE_HYPERLINK']
  if (forced !== undefined && forced !== '') return forced !== '0'
  if (/^(linux|vt\d+|ansi|cons25)$/.test(env['TERM'] ?? '') || env['TERM_PROGRAM'] === 'Apple_Terminal') return false
  const vte = Number(env['VTE_VERSION'])
  return !(vte > 0 && vte < 5000)
}

/** COLORFGBG is "foreground;background" as numbers of the sixteen colours. */
function backgroundOf(env: Environment): 'light' | 'dark' | undefined {
  const number = /;(\d+)$/.exec(env['COLORFGBG'] ?? '')?.[1]
  if (number === undefined) return undefined
  return number === '7' || number === '15' ? 'light' : 'dark'
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0' && value !== 'false'
}
