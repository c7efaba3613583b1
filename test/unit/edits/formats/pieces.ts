import fc from 'fast-check'
import type {FormatEvent, Recogniser} from '../../../../src/edits/formats/types.ts'

/** Feeds a text in pieces of the given sizes. */
export function inPieces(recogniser: Recogniser, text: string, sizes: Iterable<number>): FormatEvent[] {
  const events: FormatEvent[] = []
  let at = 0
  for (const size of sizes) {
    if (at >= text.length) break
    events.push(...recogniser.push(text.slice(at, at + size)))
    at += size
  }
  events.push(...recogniser.push(text.slice(at)), ...recogniser.end())
  return events
}

/** Lines that the formats give a meaning to, in any order, with any ends. */
export const markupText = fc
  .array(
    fc.tuple(
      fc.constantFrom(
        'a.ts',
        '### File: b/c.ts',
        '```',
        '```ts',
        '````',
        '```py:d.py',
        '<<<<<<< SEARCH',
        '=======',
        '>>>>>>> REPLACE',
        '<<<<<<< HEAD',
        '>>>>>>> x',
        '<<<<< SEARCH',
        '=====',
        ':start_line:3',
        '-------',
        '*** Begin Patch',
        '*** Update File: a.ts',
        '*** Add File: b.ts',
        '*** Delete File: c.ts',
        '*** Move to: d.ts',
        '*** End of File',
        '*** End Patch',
        '*** Environment ID: x',
        '@@',
        '@@ class A',
        '@@ -1,2 +3,4 @@ f()',
        '--- a/a.ts',
        '+++ b/a.ts',
        '--- /dev/null',
        'diff --git a/x b/x',
        'rename from a.ts',
        'rename to b.ts',
        '\\ No newline at end of file',
        '+x',
        '-y',
        ' z',
        'plain',
        '',
        '...',
      ),
      fc.constantFrom('\n', '\n', '\n', '\r\n', ''),
    ),
    {maxLength: 30},
  )
  .map((lines) => lines.map(([text, end]) => text + end).join(''))
