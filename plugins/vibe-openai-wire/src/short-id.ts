import {createHash} from 'node:crypto'

const FITS = /^[a-zA-Z0-9]{9}$/

/** The id of a call as nine letters and digits: itself when it is such, else always the same ones made from it. */
export function nineCharacterId(id: string): string {
  if (FITS.test(id)) return id
  return createHash('sha256')
    .update(id)
    .digest('base64')
    .replace(/[^a-zA-Z0-9]/g, '')
    .slice(0, 9)
}
