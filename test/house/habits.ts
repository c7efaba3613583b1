import {blankOut, linesMatching} from '../support/scan.ts'
import type {Source} from '../support/tree.ts'

type Habit = {
  says: string
  /** Which files it is about. */
  where: RegExp
  /** @returns the line numbers on which the habit is broken */
  broken: (text: string) => number[]
}

const bare = (text: string) => blankOut(text, {strings: true})

/** What the linter has no rule for. */
export const habits: readonly Habit[] = [
  {
    says: 'only commands have a default export',
    where: /^(?!src\/commands\/)(?!.*\.d\.(json\.)?ts$).*\.ts$/,
    broken: (text) => linesMatching(bare(text), /^\s*export\s+default\b|\bas\s+default\b/),
  },
  {
    says: 'a command exports its class as the default and nothing else at run time',
    where: /^src\/commands\/.*\.ts$/,
    broken: (text) => linesMatching(bare(text), /^export\s+(?!default\b|type\b)/),
  },
  {
    says: 'names are exported one by one',
    where: /\.ts$/,
    broken: (text) => linesMatching(bare(text), /^\s*export\s*\*/),
  },
  {
    says: 'no enum, since Node only strips types',
    where: /\.ts$/,
    broken: (text) => linesMatching(bare(text), /^\s*(export\s+)?(declare\s+)?(const\s+)?enum\s+\w/),
  },
  {
    says: 'a process ends only in bin/',
    where: /^(src|plugins\/[^/]+\/src)\//,
    broken: (text) => linesMatching(bare(text), /\bprocess\s*\.\s*(exit|abort|reallyExit)\s*\(/),
  },
  {
    says: 'a catch without a statement gives its reason on its line',
    where: /\.(ts|js)$/,
    broken: emptyCatches,
  },
  {
    says: 'no banners',
    where: /\.(ts|js)$/,
    broken: (text) => linesMatching(text, /^\s*(\/\/|\/?\*+)\s*[-=*#~_]{6,}/),
  },
]

function emptyCatches(text: string): number[] {
  const found: number[] = []
  for (const match of bare(text).matchAll(/\bcatch\b(\s*\([^)]*\))?\s*\{\s*\}|\.catch\(\s*\(\)\s*=>\s*\{\s*\}\s*\)/g)) {
    const body = text.slice(match.index, match.index + match[0].length)
    const restOfLine = text.slice(match.index + match[0].length).split('\n', 1)[0] ?? ''
    if (!/\/\/\s*\S|\/\*\s*\S/.test(body + restOfLine)) found.push(text.slice(0, match.index).split('\n').length)
  }
  return found
}

/** @returns one sentence for each line that breaks a habit */
export function brokenHabits({path, text}: Source): string[] {
  const about = habits.filter(({where}) => where.test(path))
  return about.flatMap(({says, broken}) => broken(text).map((line) => `${path}:${line}: ${says}`))
}
