import type {UsageReport, UsageRow} from '../sessions/usage.ts'
import {tokensText} from './figures.ts'
import {escapeHtml, htmlPage} from './page.ts'
import {costText} from './session-lines.ts'
import {measureOf, notesOf, rowName, sectionsOf, spanText, tokensOf, type By} from './usage-lines.ts'

/** A page with the charts, drawn as SVG inside it. */
export function usageHtml(report: UsageReport, by: readonly By[]): Generator<string> {
  return htmlPage({title: `vibe usage, ${spanText(report)}`, style: STYLE, body: body(report, by)})
}

function* body(report: UsageReport, by: readonly By[]): Generator<string> {
  const {total} = report
  yield `<h1>Usage</h1>\n<p class="dim">${escapeHtml(spanText(report))}</p>\n`
  yield total.answers === 0
    ? '<p>No answers.</p>\n'
    : `<p class="sum"><strong>${escapeHtml(costText(total))}</strong> ${escapeHtml(tokensOf(total))}</p>\n`
  for (const {by: name, title, rows} of sectionsOf(report)) {
    if (!by.includes(name) || total.answers === 0) continue
    yield `<h2>${title}</h2>\n`
    if (name === 'day') yield dayChart(rows)
    yield table(name, rows)
  }
  const notes = notesOf(report)
  if (notes.length > 0) yield `<ul class="dim">${notes.map((note) => `<li>${escapeHtml(note)}</li>`).join('')}</ul>\n`
}

const HEIGHT = 160
const STEP = 28

/** One column a day; each says its figures when pointed at, and to who listens. */
function dayChart(rows: readonly UsageRow[]): string {
  const measure = measureOf(rows)
  const most = Math.max(...rows.map(measure), Number.MIN_VALUE)
  const columns = rows.map((row, at) => {
    const height = measure(row) === 0 ? 0 : Math.max(2, Math.round((measure(row) / most) * HEIGHT))
    const label = `${row.name}: ${facts(row)}`
    const x = at * STEP + 4
    return `<g><title>${escapeHtml(label)}</title><rect class="hit" x="${x}" y="0" width="20" height="${HEIGHT}"/><rect class="bar" x="${x}" y="${HEIGHT - height}" width="20" height="${height}" rx="2"/><text x="${x + 10}" y="${HEIGHT + 16}">${escapeHtml(row.name.slice(8))}</text></g>`
  })
  const width = rows.length * STEP
  return `<div class="chart"><svg role="img" aria-label="Used each day" width="${width}" height="${HEIGHT + 24}" viewBox="0 0 ${width} ${HEIGHT + 24}">${columns.join('')}</svg></div>\n`
}

function table(by: By, rows: readonly UsageRow[]): string {
  const measure = measureOf(rows)
  const most = Math.max(...rows.map(measure), Number.MIN_VALUE)
  const lines = rows.map((row) => {
    const width = measure(row) === 0 ? 0 : Math.max(1, Math.round((measure(row) / most) * 200))
    const bar = `<svg aria-hidden="true" width="200" height="12"><rect class="bar" width="${width}" height="12" rx="2"/></svg>`
    const cells = [costText(row), tokens(row.input), tokens(row.output), String(row.answers)]
    return `<tr><th scope="row">${escapeHtml(rowName(row.name, by))}</th><td>${bar}</td>${cells.map((cell) => `<td class="right">${escapeHtml(cell)}</td>`).join('')}</tr>`
  })
  const heads = ['cost', 'tokens in', 'tokens out', 'answers'].map((head) => `<th class="right">${head}</th>`)
  return `<table><thead><tr><th></th><th></th>${heads.join('')}</tr></thead><tbody>${lines.join('')}</tbody></table>\n`
}

function facts(row: UsageRow): string {
  return row.answers === 0 ? 'nothing' : `${costText(row)}, ${tokens(row.input)} tokens in, ${tokens(row.output)} out`
}

function tokens(count: number | undefined): string {
  return count === undefined ? 'unknown' : tokensText(count)
}

const STYLE = `
.sum { font-size: 1.15rem } .sum strong { font-size: 1.6rem; margin-right: .5rem }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem }
.chart { overflow-x: auto }
.bar { fill: var(--accent) } .hit { fill: transparent }
svg text { font: 11px system-ui, sans-serif; fill: var(--dim); text-anchor: middle }
tbody th { font-weight: normal } thead th { color: var(--dim); font-weight: normal; font-size: .85rem }
`
