/** How the blanks in front of a model's lines become those of the file. */
export type IndentMap = {
  /** The file's indentation for one of the model's; undefined: it cannot be told with certainty. */
  of: (indent: string) => string | undefined
}

type Pair = {model: string; file: string}
type Rule = (indent: string) => string | undefined

export function indentOf(line: string): string {
  return /^\s*/.exec(line)?.[0] ?? ''
}

/**
 * The one map that takes every matched line from the model's indentation to the file's.
 * @param lines pairs of matched lines; blank ones say nothing
 * @param style `others`: the model's other lines, whose steps tell how wide it indents; `narrowest`: the file's least
 * indentation by blanks, which no step of it can be wider than
 * @returns undefined when no single map does: the lines were moved against each other
 */
export function indentMap(
  lines: readonly {model: string; file: string}[],
  {others, narrowest}: {others: readonly string[]; narrowest: number},
): IndentMap | undefined {
  const pairs: Pair[] = lines
    .filter((line) => line.model.trim() !== '')
    .map((line) => ({model: indentOf(line.model), file: indentOf(line.file)}))
  const seen = new Map<string, string>()
  for (const {model, file} of pairs) {
    const known = seen.get(model)
    if (known !== undefined && known !== file) return undefined
    seen.set(model, file)
  }
  const known = Array.from(seen, ([model, file]) => ({model, file}))
  const indents = [...known.map((pair) => pair.model), ...others.filter((line) => line.trim() !== '').map(indentOf)]
  const rules = [shiftRule(known), scaleRule(known, indents, narrowest)].filter((rule) => rule !== undefined)
  if (rules.length === 0 && known.length > 1) return undefined
  return {
    of: (indent) => {
      const direct = seen.get(indent)
      if (direct !== undefined) return direct
      const [first, ...rest] = new Set(rules.map((rule) => rule(indent)).filter((one) => one !== undefined))
      return rest.length === 0 ? first : undefined
    },
  }
}

/** One prefix put in front of every line, or taken off. */
function shiftRule(pairs: readonly Pair[]): Rule | undefined {
  const [first] = pairs
  if (!first) return undefined
  if (first.file.endsWith(first.model)) {
    const prefix = first.file.slice(0, first.file.length - first.model.length)
    if (pairs.every((pair) => pair.file === prefix + pair.model)) return (indent) => unmixed(prefix, indent)
  }
  if (first.model.endsWith(first.file)) {
    const prefix = first.model.slice(0, first.model.length - first.file.length)
    if (pairs.every((pair) => pair.model === prefix + pair.file))
      return (indent) => (indent.startsWith(prefix) ? indent.slice(prefix.length) : undefined)
  }
  return undefined
}

/** Tabs followed by blanks that the file does not show are no style: there the step must be known. */
function unmixed(prefix: string, indent: string): string | undefined {
  const whole = prefix + indent
  return prefix !== '' && whole.includes('\t') && whole.includes(' ') ? undefined : whole
}

/** What anybody indents by. */
const STEPS: readonly string[] = ['\t', '  ', '   ', '    ', '        ']

/** The same depth in another unit (4 blanks for 2, tabs for blanks), perhaps some levels deeper or less deep. */
function scaleRule(pairs: readonly Pair[], indents: readonly string[], narrowest: number): Rule | undefined {
  const unit = unitOf(indents)
  const fileUnit = fileUnitOf(pairs, unit)
  if (unit === undefined || !STEPS.includes(unit) || fileUnit === undefined || unit === fileUnit) return undefined
  if (fileUnit !== '\t' && fileUnit.length > narrowest) return undefined
  const depths = pairs.map((pair) => ({model: depthIn(pair.model, unit), file: depthIn(pair.file, fileUnit)}))
  const [first] = depths
  if (first?.model === undefined || first.file === undefined) return undefined
  const offset = first.file - first.model
  const uniform = depths.every(({model, file}) => model !== undefined && file !== undefined && file - model === offset)
  const isProven =
    offset === 0 || new Set(depths.map(({model}) => model)).size > 1 || depths.every(({model}) => model === 0)
  if (!uniform || !isProven) return undefined
  return (indent) => {
    const depth = depthIn(indent, unit)
    return depth === undefined || depth + offset < 0 ? undefined : fileUnit.repeat(depth + offset)
  }
}

/** The step that all indentations are multiples of; undefined when there is none or tabs and blanks are mixed. */
function unitOf(indents: readonly string[]): string | undefined {
  const used = indents.filter((indent) => indent !== '')
  if (used.length === 0) return undefined
  if (used.every((indent) => /^\t+$/.test(indent))) return '\t'
  if (!used.every((indent) => /^ +$/.test(indent))) return undefined
  return ' '.repeat(used.reduce((unit, indent) => divisor(unit, indent.length), 0))
}

function fileUnitOf(pairs: readonly Pair[], unit: string | undefined): string | undefined {
  if (unit === undefined) return undefined
  const files = pairs.map((pair) => pair.file)
  if (files.some((indent) => indent.includes('\t'))) return unitOf(files)
  const [first] = pairs
  if (!first) return undefined
  const other = pairs.find((pair) => pair.model.length !== first.model.length)
  if (other) {
    const steps = (other.model.length - first.model.length) / unit.length
    const width = (other.file.length - first.file.length) / steps
    return Number.isInteger(width) && width > 0 ? ' '.repeat(width) : undefined
  }
  const depth = depthIn(first.model, unit)
  const width = depth === undefined || depth === 0 ? 0 : first.file.length / depth
  return Number.isInteger(width) && width > 0 ? ' '.repeat(width) : undefined
}

function depthIn(indent: string, unit: string): number | undefined {
  const depth = indent.length / unit.length
  return Number.isInteger(depth) && indent === unit.repeat(depth) ? depth : undefined
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b)
}
