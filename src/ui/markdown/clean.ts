import {sanitize} from '../sanitize.ts'

/** How far back the cleaning of a character looks. */
const BEFORE = 3

/** Cleans text that comes in parts, so that the result does not depend on where it was parted. */
export class Cleaner {
  private before = ''
  private held = ''

  clean(delta: string): string {
    const text = this.held + delta
    // What follows decides about a carriage return and about half a character.
    this.held = /[\r\uD800-\uDBFF]$/.exec(text)?.[0] ?? ''
    return this.pass(text.slice(0, text.length - this.held.length))
  }

  end(): string {
    const last = this.pass(this.held)
    this.before = ''
    this.held = ''
    return last
  }

  private pass(text: string): string {
    const cleaned = sanitize(this.before + text).slice(sanitize(this.before).length)
    this.before = (this.before + text).slice(-BEFORE)
    return cleaned.toWellFormed()
  }
}
