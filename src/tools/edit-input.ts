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

/** The same input under the names that the tool's schema has. A name of the schema itself is never taken for another. */
export function inOurWords(input: JsonObject, known: readonly string[]): JsonObject {
  const entries = Object.entries(input).map(([name, value]): [string, JsonValue] => {
    const ours = known.includes(name) ? undefined : ALIASES[name]
    return ours !== undefined && known.includes(ours) && !Object.hasOwn(input, ours) ? [ours, value] : [name, value]
  })
  return Object.fromEntries(entries)
}
