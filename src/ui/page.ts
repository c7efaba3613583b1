import {sanitize} from './sanitize.ts'

const ENTITIES: Record<string, string> = {'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;'}

/** Text that stays text in HTML, in an element or an attribute; controls and what hides or turns text are made visible. */
export function escapeHtml(text: string): string {
  return sanitize(text.toWellFormed()).replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign)
}

type Page = {
  title: string
  /** A style sheet: no other is obeyed, and no script at all. */
  style: string
  body: Iterable<string>
}

/** A page that is one file: it loads nothing, runs nothing and is readable in light and in dark. */
export function* htmlPage({title, style, body}: Page): Generator<string> {
  const css = `${BASE_STYLE}${style}`
  const hash = process.getBuiltinModule('node:crypto').createHash('sha256').update(css).digest('base64')
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'`
  yield `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<style>${css}</style>
</head>
<body>
<main>
`
  yield* body
  yield '</main>\n</body>\n</html>\n'
}

const BASE_STYLE = `
:root { color-scheme: light dark; --ink: #1c2024; --dim: #5b6470; --paper: #fff; --soft: #f3f5f7; --line: #d5dae0;
  --accent: #0b62c4; --plus: #dff5e3; --plus-ink: #116329; --minus: #fde4e2; --minus-ink: #a40e26; --warn: #7a4b00 }
@media (prefers-color-scheme: dark) { :root { --ink: #e3e7eb; --dim: #9aa4b0; --paper: #14171a; --soft: #1d2126;
  --line: #343b43; --accent: #6cb0ff; --plus: #12351d; --plus-ink: #9fe3b0; --minus: #43191c; --minus-ink: #ffb3ad; --warn: #f0b95c } }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, sans-serif }
main { max-width: 52rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; overflow-wrap: anywhere }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .5rem }
a { color: var(--accent) }
code, pre { font: .875em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace }
pre { margin: .6rem 0; padding: .6rem .8rem; background: var(--soft); border: 1px solid var(--line); border-radius: 6px; overflow-x: auto; tab-size: 4 }
table { border-collapse: collapse }
th, td { padding: .2rem .8rem .2rem 0; text-align: left; vertical-align: top }
.right { text-align: right; font-variant-numeric: tabular-nums }
.dim { color: var(--dim) }
.warn { color: var(--warn) }
`
