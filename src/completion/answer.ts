import {homes} from '../paths.ts'
import {readCommandTree} from './command-tree.ts'
import type {Place} from './facts.ts'
import {understand} from './line.ts'
import {commandNames, flagNames} from './names.ts'
import {installed} from './plugin-folders.ts'
import {replyLines, type Offer} from './reply.ts'
import {readRequest, type Request} from './request.ts'

/**
 * Answers a shell's script. Whatever goes wrong, the answer is nothing: words of an error would end up in the user's line.
 * @param argv what follows `__complete`
 * @returns the text for standard output
 */
export async function answerShell(argv: readonly string[], place: Place): Promise<string> {
  try {
    const request = readRequest(argv)
    if (request === undefined) return ''
    return replyLines(await offerFor(request, place), request)
      .map((line) => `${line}\n`)
      .join('')
  } catch {
    return '' // A damaged configuration or folder: the command that needs it says so.
  }
}

async function offerFor({words, index, current}: Request, place: Place): Promise<Offer> {
  const mine = installed(homes(place.env).data)
  const tree = readCommandTree(
    place.root,
    mine.map(({root}) => root),
  )
  const expected = understand(words, index, tree)
  if (expected.kind === 'nothing') return {candidates: []}
  if (expected.kind === 'flags') return {candidates: flagNames(expected.command, expected.given)}
  if (expected.kind === 'value') {
    // Names and flags need neither configuration nor registry.
    const {offerValues} = await import('./offer-values.ts')
    return offerValues({...place, installed: mine}, {tree, at: expected, current})
  }
  const names = commandNames(tree, expected.below, expected.colons)
  const isPrompt = expected.below === '' && !names.some(({value}) => value.startsWith(current))
  return isPrompt ? {files: true} : {candidates: names}
}
