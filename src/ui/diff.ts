import {sanitize} from './sanitize.ts'
import type {Style} from './style.ts'

/** Colours a unified diff line by line; the signs alone carry the meaning. */
export function paintDiff(diff: string, style: Style): string {
  return sanitize(diff)
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => {
      if (line.startsWith('+++') || line.startsWith('---')) return style.bold(line)
      if (line.startsWith('+')) return style.green(line)
      if (line.startsWith('-')) return style.red(line)
      return line.startsWith('@@') ? style.cyan(line) : line
    })
    .join('\n')
}
