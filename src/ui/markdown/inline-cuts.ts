import {applyRun, flanks, REACH, type Opener} from './delimiters.ts'

/** A part of a paragraph that later text cannot change. Literal text means nothing but itself. */
export type Part = {text: string; literal: boolean}

/** Without a blank a text is cut here. */
const LONGEST = 2048
const LONGEST_RUN = 100
/** Text that opens and closes nothing. */
const ORDINARY = /[^\\`*_~[\]<()"\s\u3001-\u9FFF\uAC00-\uD7AF\uFF01-\uFF60]+/y
const WIDE_TEXT = /[\u3001-\u9FFF\uAC00-\uD7AF\uFF01-\uFF60]+/y
const WIDE = /^[\u3001-\u9FFF\uAC00-\uD7AF\uFF01-\uFF60]/
const ADDRESS = /https?:\/\/|www\./i
const MEANING = /[\\`*_~[\]<&]|https?:\/\/|ftp:\/\/|www\.|@/i

/**
 * Cuts the text of a paragraph, while it comes, at blanks where nothing is open: no emphasis, no code, no link. What is
 * before such a blank can be shown for good. Cuts depend on the text alone, not on how it came.
 */
export class InlineCuts {
  private readonly emit: (part: Part) => void
  private text = ''
  /** Where the part begins that is not cut off yet, and where reading goes on. */
  private from = 0
  private at = 0
  private open: Opener[] = []
  /** Depth of parentheses in the address of a link. */
  private depth = 0

  constructor(emit: (part: Part) => void) {
    this.emit = emit
  }

  copy(emit: (part: Part) => void): InlineCuts {
    const other = new InlineCuts(emit)
    other.text = this.text
    other.from = this.from
    other.at = this.at
    other.open = this.open.map((opener) => ({...opener}))
    other.depth = this.depth
    return other
  }

  add(text: string): void {
    this.text = this.text.slice(this.from) + text
    this.at -= this.from
    for (const opener of this.open) opener.at -= this.from
    this.from = 0
    while (this.goOn());
  }

  private goOn(): boolean {
    const {from} = this
    const more = this.step()
    if (this.from !== from) return more
    let gaveUp = false
    for (let [first] = this.open; first && this.at > limitOf(first); [first] = this.open) {
      this.giveUp(first)
      gaveUp = true
    }
    if (this.open.length === 0 && this.at > this.from + LONGEST) {
      this.cut(wholeCharacters(this.text, this.from + LONGEST))
      return true
    }
    return more || gaveUp
  }

  /** The paragraph is over. @param mend closes what is open, so that half of it looks as the whole will */
  end(mend = false): void {
    const rest = this.text.slice(this.from)
    if (rest !== '') this.part(mend ? this.mended(rest) : rest)
    this.text = ''
    this.from = this.at = 0
    this.open = []
  }

  /** Reads on. @returns false when the next character decides */
  private step(): boolean {
    const {text, at} = this
    if (at >= text.length) return false
    const innermost = this.open.at(-1)?.sign
    if (innermost === '`') return this.inCode()
    if (innermost === '<') return this.inAngle()
    if (innermost === '(') return this.inAddress()
    ORDINARY.lastIndex = at
    const ordinary = ORDINARY.exec(text)
    if (ordinary) {
      this.at += ordinary[0].length
      return true
    }
    const sign = text.charAt(at)
    if (/\s/.test(sign)) return this.blank()
    if (WIDE.test(sign)) return this.wide()
    return this.signs(sign)
  }

  private blank(): boolean {
    this.at += 1
    if (this.open.length === 0) this.cut(this.at)
    return true
  }

  /** Between two characters of a script without blanks a line may break too. */
  private wide(): boolean {
    WIDE_TEXT.lastIndex = this.at
    const length = WIDE_TEXT.exec(this.text)?.[0].length ?? 1
    if (length === 1 && this.at + 1 >= this.text.length) return false
    const free = this.open.length === 0
    // An address ends where such a script goes on.
    if (free && ADDRESS.test(this.text.slice(this.from, this.at))) this.cut(this.at)
    if (length === 1 || !free) {
      this.at += Math.max(1, length - 1)
      return true
    }
    // Behind the first one, wherever it comes from, and then as far as there are others.
    this.cut(this.at + 1)
    if (length > 2) this.cut(this.at + length - 2)
    return true
  }

  private signs(sign: string): boolean {
    const {text, at} = this
    if (sign === '*' || sign === '_' || sign === '~') return this.emphasis(sign)
    if (sign === '`') return this.startCode()
    const next = text.charAt(at + 1)
    if (next === '' && sign !== '[') return false
    if (sign === '\\') this.at += /[\s]/.test(next) ? 1 : 2
    else this.at += 1
    if (sign === '[') this.start('[', 1)
    if (sign === ']') this.closeBracket(next)
    if (sign === '<' && /[a-zA-Z/!?]/.test(next)) this.start('<', 1)
    return true
  }

  private start(sign: string, length: number): void {
    const at = this.at - length
    this.open.push({sign, count: length, whole: length, both: false, at, length})
  }

  private emphasis(sign: string): boolean {
    const length = runLength(this.text, this.at)
    const after = characterAt(this.text, this.at + length)
    if (after === '') return false
    const before = this.at === this.from ? ' ' : characterBefore(this.text, this.at)
    applyRun(this.open, {sign, length, at: this.at, ...flanks(sign, before, after)})
    this.at += length
    return true
  }

  private startCode(): boolean {
    const length = runLength(this.text, this.at)
    if (this.at + length >= this.text.length) return false
    this.at += length
    this.start('`', length)
    return true
  }

  private inCode(): boolean {
    const start = this.text.indexOf('`', this.at)
    this.at = start === -1 ? this.text.length : start
    const length = start === -1 ? 0 : runLength(this.text, start)
    if (this.at + length >= this.text.length) return false
    const opener = this.open.at(-1)
    if (opener && length === opener.length && this.at <= limitOf(opener)) this.open.pop()
    this.at += length
    return true
  }

  private inAngle(): boolean {
    const end = this.text.indexOf('>', this.at)
    const opener = this.open.at(-1)
    if (end !== -1 && opener && end <= limitOf(opener)) this.open.pop()
    this.at = end === -1 ? this.text.length : end + 1
    return end !== -1
  }

  /** After a bracket closes: a link, if its address follows at once. */
  private closeBracket(next: string): void {
    const index = this.open.findLastIndex(({sign}) => sign === '[')
    const opener = this.open[index]
    if (opener === undefined) return
    if (next !== '(') return void this.open.splice(index, 1)
    this.open.splice(index)
    this.open.push({...opener, sign: '('})
    this.depth = 0
  }

  private inAddress(): boolean {
    const sign = this.text.charAt(this.at)
    if (sign === '\\' && this.at + 1 >= this.text.length) return false
    if (/\S/.test(sign) && this.noAddress(sign)) return true
    this.at += sign === '\\' ? 2 : 1
    if (sign === '(') this.depth += 1
    if (sign === ')') this.depth -= 1
    if (sign === '"' && /\s/.test(this.text.charAt(this.at - 2))) return this.inTitle()
    if (this.depth === 0) this.open.pop()
    return true
  }

  /** Behind a blank in an address only a title or its end may follow; otherwise the bracket was text. */
  private noAddress(sign: string): boolean {
    const opener = this.open.at(-1)
    if (!opener || '"\'()'.includes(sign) || !/\s/.test(this.text.charAt(this.at - 1))) return false
    if (this.text.slice(opener.at, this.at).includes('](<')) return false
    this.open.pop()
    this.at = opener.at + 1
    return true
  }

  private inTitle(): boolean {
    const end = this.text.indexOf('"', this.at)
    if (end === -1) this.at -= 1
    else this.at = end + 1
    return end !== -1
  }

  /** What seemed to open something did not: it is text. */
  private giveUp(first: Opener): void {
    this.open.shift()
    if (first.at > this.from) this.part(this.text.slice(this.from, first.at))
    // A link whose address has no end keeps its bracket only.
    this.from = first.at + (first.sign === '(' ? 1 : first.length)
    this.emit({text: this.text.slice(first.at, this.from), literal: true})
    // What was not read as text before is read now.
    if ('`<('.includes(first.sign)) this.at = this.from
    else this.cutUpTo(this.open[0]?.at ?? this.at)
  }

  /** Cuts what is open no more, now that nothing around it is. */
  private cutUpTo(end: number): void {
    const closed = new InlineCuts(this.emit)
    closed.add(this.text.slice(this.from, end))
    this.from = end - (closed.text.length - closed.from)
  }

  private cut(end: number): void {
    this.part(this.text.slice(this.from, end))
    this.from = end
    this.at = end
  }

  private part(text: string): void {
    this.emit({text, literal: !MEANING.test(text)})
  }

  /** What is open gets its end; of a link whose address has begun only the text is left. */
  private mended(rest: string): string {
    const link = this.open.find(({sign}) => sign === '(')
    const label = link ? rest.slice(link.at - this.from) : ''
    const shown = link ? rest.slice(0, link.at - this.from) + label.slice(1, label.indexOf('](')) : rest
    const closers = this.open.toReversed().map(({sign, count}) => ('[<('.includes(sign) ? '' : sign.repeat(count)))
    return shown.replace(/[*_~`]+$/, '').trimEnd() + closers.join('')
  }
}

function limitOf({at, sign}: Opener): number {
  return at + REACH[sign === '(' ? 'address' : 'text']
}

function runLength(text: string, at: number): number {
  const sign = text.charAt(at)
  let end = at + 1
  while (end - at < LONGEST_RUN && text.charAt(end) === sign) end += 1
  return end - at
}

/** @returns the position, or the one before it, between two characters */
function wholeCharacters(text: string, at: number): number {
  return /[\uDC00-\uDFFF]/.test(text.charAt(at)) ? at - 1 : at
}

function characterAt(text: string, at: number): string {
  const code = text.codePointAt(at)
  return code === undefined ? '' : String.fromCodePoint(code)
}

function characterBefore(text: string, at: number): string {
  const pair = text.slice(Math.max(0, at - 2), at)
  return /^[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(pair) ? pair : pair.slice(-1)
}
