import {toLineFeeds} from './line-view.ts'

const BOM = '\ufeff'

/** A model writes LF and no BOM; a file that has CRLF throughout, or a BOM, keeps them. */
export function inTheStyleOf(before: string, content: string): string {
  const allCrlf = before.includes('\r\n') && !/(^|[^\r])\n/.test(before)
  const body = allCrlf ? toLineFeeds(content).replaceAll('\n', '\r\n') : content
  return before.startsWith(BOM) && !body.startsWith(BOM) ? BOM + body : body
}
