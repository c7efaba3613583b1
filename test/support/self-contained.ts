import {expect} from 'chai'
import {createHash} from 'node:crypto'

/** Elements and attributes that would load, run or send something. */
const ACTIVE =
  /<(?:script|iframe|object|embed|link|base|form|input|button|audio|video|source|frame|applet)\b|\son\w+\s*=|javascript:|\sstyle=|@import|url\(/i

/** Fails for a page that needs anything but itself, or that runs something. */
export function expectSelfContained(html: string): void {
  const markup = html.replace(/<style>[^]*?<\/style>/, '')
  expect(markup).to.match(/^<!doctype html>/)
  // What is text is escaped, so that only markup is left between angle brackets.
  for (const [tag] of markup.matchAll(/<[^>]*>/g)) expect(tag.replaceAll(/"[^"]*"/g, '""')).not.to.match(ACTIVE)
  for (const [, source] of markup.matchAll(/\ssrc="([^"]*)"/g))
    expect(source).to.match(/^data:image\/(png|jpeg|gif|webp);base64,/)
  expect(markup).not.to.match(/http-equiv="refresh|<[^>]*\s(?:href|src)="(?!https?:|mailto:|#|data:image)/i)
  const css = /<style>([^]*?)<\/style>/.exec(html)?.[1] ?? ''
  expect(css).to.not.match(/@import|url\(/)
  expect(css).to.contain('prefers-color-scheme: dark')
  const hash = createHash('sha256').update(css).digest('base64')
  const policy = /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(html)?.[1]
  expect(policy).to.equal(
    `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'`,
  )
}

/** Fails unless each element is closed where it was opened. */
export function expectBalanced(html: string): void {
  const open: string[] = []
  const empty = /^(?:meta|br|hr|img|rect|!doctype)$/i
  for (const [, slash, name = '', rest = ''] of html
    .replace(/<style>[^]*?<\/style>/, '')
    .matchAll(/<(\/?)([a-z!][a-z0-9]*)([^>]*)>/gi)) {
    if (empty.test(name) || rest.endsWith('/')) continue
    if (slash === '') open.push(name)
    else expect(open.pop(), `</${name}>`).to.equal(name)
  }
  expect(open).to.deep.equal([])
}
