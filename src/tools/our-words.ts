import type {JsonObject, JsonValue} from 'vibe-plugin-api'

/** What models that learnt another tool call the same thing. */
const ALIASES: Readonly<Record<string, string>> = {
  old: 'old_string',
  new: 'new_string',
  oldString: 'old_string',
  newString: 'new_string',
  old_str: 'old_string',
  new_str: 'new_string',
  oldText: 'old_string',
  newText: 'new_string',
  replaceAll: 'replace_all',
  file_path: 'path',
  filePath: 'path',
  file: 'path',
  filename: 'path',
  filepath: 'path',
  target_file: 'path',
  absolute_path: 'path',
  cmd: 'command',
  query: 'pattern',
  regex: 'pattern',
  input: 'patch',
  patch_text: 'patch',
  patchText: 'patch',
  retryOf: 'retry_of',
  contents: 'content',
  from: 'path',
  source: 'path',
  destination: 'to',
  new_path: 'to',
}

/** And what they call the question of a tool that takes no pattern. */
const QUESTION: Readonly<Record<string, string>> = {
  pattern: 'query',
  regex: 'query',
  text: 'query',
  q: 'query',
  keywords: 'query',
  search_term: 'query',
}

/** Some send a call's input inside another call's. */
const WRAPPERS = ['arguments', 'parameters', 'args']

/** The same input under the names that the tool's schema has. A name of the schema itself is never taken for another. */
export function inOurWords(given: JsonObject, known: readonly string[]): JsonObject {
  const input = unwrapped(given, known)
  const entries = Object.entries(input).map(([name, value]): [string, JsonValue] => {
    const ours = known.includes(name)
      ? undefined
      : [ALIASES[name], QUESTION[name]].find((word) => word !== undefined && known.includes(word))
    return ours !== undefined && !Object.hasOwn(input, ours) ? [ours, value] : [name, value]
  })
  return Object.fromEntries(entries)
}

function unwrapped(given: JsonObject, known: readonly string[]): JsonObject {
  const [[name, value] = [], ...others] = Object.entries(given)
  const isWrapper = name !== undefined && others.length === 0 && WRAPPERS.includes(name) && !known.includes(name)
  return isWrapper && typeof value === 'object' && value !== null && !Array.isArray(value) ? value : given
}
