import {VibeError} from '../../errors.ts'
import {ExitCode} from '../../exit-codes.ts'
import {imitatedOwner, ownerOf} from '../plugin-facts.ts'

export type PackageName = {
  /** The manifest's id: what users type after --type. */
  id: string
  /** `vibe-provider-ID`, with its scope if one was given. */
  name: string
}

const PREFIX = 'vibe-provider-'
const LONGEST_ID = 40
const ID = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/
const SCOPE = /^@[a-z0-9][a-z0-9._-]*$/
/** The registry takes no longer name. */
const LONGEST_NAME = 214
const LETTERS = 'it must be lower-case letters a-z, digits and single dashes, and begin with a letter'
const UNUSABLE = new Set(['env', 'constructor', 'prototype'])

/**
 * @param typed an id, `vibe-provider-ID` or `@scope/vibe-provider-ID`
 * @throws VibeError `name-invalid` (exit 2) that says which rule it breaks
 */
export function packageNameOf(typed: string): PackageName {
  const slash = typed.indexOf('/')
  const scope = slash === -1 ? undefined : typed.slice(0, slash)
  const rest = typed.slice(slash + 1)
  if (scope !== undefined && !(SCOPE.test(scope) && rest.startsWith(PREFIX)))
    throw refused(typed, scope.startsWith('@') ? 'a scoped name has the form @scope/vibe-provider-name' : LETTERS)
  const id = rest.startsWith(PREFIX) ? rest.slice(PREFIX.length) : rest
  const problem = idProblem(id)
  if (problem !== undefined) throw refused(typed, problem)
  const name = `${scope === undefined ? '' : `${scope}/`}${PREFIX}${id}`
  if (name.length > LONGEST_NAME) throw refused(typed, `a package name has at most ${LONGEST_NAME} characters`)
  return {id, name}
}

/** What is wrong with an id; undefined when it can be used. */
function idProblem(id: string): string | undefined {
  if (id.length > LONGEST_ID) return `it has more than ${LONGEST_ID} characters`
  if (!ID.test(id)) return LETTERS
  if (UNUSABLE.has(id)) return 'it is reserved'
  const owner = ownerOf(id)
  if (owner !== undefined) return `it belongs to ${owner}`
  const imitated = imitatedOwner(id)
  return imitated === undefined ? undefined : `it looks like the id of ${imitated}`
}

function refused(typed: string, why: string): VibeError {
  const shown = JSON.stringify(typed.slice(0, 80).replace(/[\p{Cc}\p{Cf}]/gu, '?'))
  return new VibeError({
    code: 'name-invalid',
    message: `${shown} cannot be the name of a provider: ${why}`,
    hint: `vibe provider:create ${suggestion(typed) ?? 'my-service'}`,
    exit: ExitCode.usage,
  })
}

/** "Acme AI" as "acme-ai". */
function suggestion(typed: string): string | undefined {
  const words =
    typed
      .toLowerCase()
      .split('/')
      .at(-1)
      ?.match(/[a-z0-9]+/g) ?? []
  const id = words.join('-').slice(0, LONGEST_ID).replace(/-$/, '')
  return idProblem(id) === undefined ? id : undefined
}
