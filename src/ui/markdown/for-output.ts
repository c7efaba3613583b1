import type {Environment} from '../../paths.ts'
import {styleFor, type Output} from '../style.ts'
import type {MarkdownOptions, MarkdownRenderer} from './types.ts'

/**
 * How Markdown is shown on a stream.
 * @returns undefined where the answer stays as the model wrote it: pipes and files, TERM=dumb, ACCESSIBLE
 */
export function markdownOptions(output: Output, env: Environment): MarkdownOptions | undefined {
  if (output.isTTY !== true || env['TERM'] === 'dumb' || isSet(env['ACCESSIBLE'])) return undefined
  const background = backgroundOf(env)
  return {
    columns: columnsOf(output),
    style: styleFor(output, env),
    links: showsLinks(env),
    ...(background === undefined ? {} : {background}),
  }
}

/**
 * Renderers for the answers on a stream, each of the stream's width at its time. The reader of Markdown is loaded only
 * where there is a use for it.
 * @returns undefined where answers stay as they are
 */
export async function markdownFor(output: Output, env: Environment): Promise<(() => MarkdownRenderer) | undefined> {
  if (markdownOptions(output, env) === undefined) return undefined
  const {createMarkdownRenderer} = await import('./renderer.ts')
  return () => createMarkdownRenderer(markdownOptions(output, env) ?? {columns: 80, style: styleFor(output, env)})
}

/** Terminals that know nothing of OSC 8 pass over it, and the address would be lost; old VTE ones crash on it. */
function showsLinks(env: Environment): boolean {
  const forced = env['FORCE_HYPERLINK']
  if (forced !== undefined && forced !== '') return forced !== '0'
  if (/^(linux|vt\d+|ansi|cons25)$/.test(env['TERM'] ?? '') || env['TERM_PROGRAM'] === 'Apple_Terminal') return false
  const vte = Number(env['VTE_VERSION'])
  return !(vte > 0 && vte < 5000)
}

/** Some terminals say that they have no columns at all. */
export function columnsOf({columns}: Output): number {
  return columns === undefined || columns < 1 ? 80 : columns
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
