export type Figure = {
  name: string
  value: number
  unit: 'ms' | 'MB' | 's CPU' | 'requests' | 'bytes'
  /** The same without vibe, measured in the same run. */
  floor?: {what: string; value: number}
  /** What must hold: of the value itself, or of its ratio to the floor. */
  limit: {of: 'value' | 'ratio'; most: number}
}

export type Judged = Figure & {ratio?: number; ok: boolean}

export function judge(figure: Figure): Judged {
  const ratio = figure.floor === undefined ? undefined : figure.value / figure.floor.value
  const judged = figure.limit.of === 'ratio' ? (ratio ?? Number.POSITIVE_INFINITY) : figure.value
  return {...figure, ...(ratio === undefined ? {} : {ratio}), ok: judged <= figure.limit.most}
}

export function table(figures: readonly Judged[]): string {
  const rows = figures.map((figure) => [
    figure.ok ? '✓' : '✗',
    figure.name,
    `${round(figure.value)} ${figure.unit}`,
    figure.floor ? `${round(figure.floor.value)} (${figure.floor.what})` : '',
    figure.ratio === undefined ? '' : `${figure.ratio.toFixed(2)}×`,
    figure.limit.of === 'ratio' ? `≤ ${figure.limit.most}×` : `≤ ${figure.limit.most} ${figure.unit}`,
  ])
  const all = [['', 'what', 'vibe', 'floor', 'ratio', 'limit'], ...rows]
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? []
  const line = (row: string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  return all.map(line).join('\n')
}

function round(value: number): string {
  return value >= 100 ? String(Math.round(value)) : value.toPrecision(3)
}
