/** Longer ones are refused by terminals. */
const LONGEST = 2000

/** @returns what a terminal may open, in ASCII; undefined for everything but web, mail and nothing that runs */
export function linkAddress(href: string): string | undefined {
  if (!/^(https?:\/\/|mailto:)/i.test(href)) return undefined
  const address = href.toWellFormed().replace(/[^!-~]/gu, (character) => encodeURIComponent(character))
  return address.length > LONGEST ? undefined : address
}

/**
 * @param text what the link shows
 * @param links whether the terminal follows links
 * @returns the address, where the text does not say it, says another one, or the terminal cannot follow it
 */
export function addressBeside(text: string, href: string, links: boolean): string | undefined {
  if (href === '' || same(text, href)) return undefined
  const claimed = /^(https?:\/\/|www\.)/i.test(text.trim()) || /^[\w-]+(\.[\w-]+)+(\/\S*)?$/.test(text.trim())
  if (links && linkAddress(href) !== undefined && !(claimed && hostOf(text) !== hostOf(href))) return undefined
  return href
}

function same(text: string, href: string): boolean {
  const bare = (address: string) =>
    address
      .trim()
      .replace(/^(https?:\/\/|mailto:)/i, '')
      .replace(/\/$/, '')
  return bare(text) === bare(href)
}

function hostOf(address: string): string {
  const host = address.trim().replace(/^[a-z]+:\/\//i, '')
  return (/^[^/?#]*/.exec(host)?.[0] ?? '').replace(/^www\./i, '').toLowerCase()
}
