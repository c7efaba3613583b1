const REDACTED = '[redacted]'
/** Shorter values ("true", "1") stand everywhere in a text; a key is never that short. */
const SHORTEST_SECRET = 6

/** What looks like a key wherever it stands, for keys nobody told us of. */
const KEY_SHAPES = [
  /\b(?:sk|pk|rk|gsk|xai|hf|r8|pplx|nvapi|glpat|npm)[-_][\w-]{8,}/g,
  /\b(?:ghp|gho|ghu|ghs|ghr|github_pat)_\w{16,}/g,
  /\bAIza[\w-]{20,}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\bxox[a-z]-[\w-]{8,}/g,
  /\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g,
]

const SECRET_HEADERS = '(?:proxy-)?authorization|(?:x-|x-goog-)?api-key|x-auth-token|(?:set-)?cookie'

/** Headers whose value is a secret whatever it looks like. */
export const SECRET_HEADER = new RegExp(`^(?:${SECRET_HEADERS})$`, 'i')

/** In JSON only a quoted value is taken, and no match ever crosses a quote or a backslash: a line of JSON stays JSON. */
const HEADER_MEMBERS = new RegExp(
  String.raw`((?:"|')(?:${SECRET_HEADERS})\\?["'][ \t]*:[ \t]*\\?["'])[^"'\\\r\n]+`,
  'gi',
)
const HEADER_LINES = new RegExp(String.raw`(\b(?:${SECRET_HEADERS})[ \t]*[:=][ \t]*)[^"'\\\r\n,{}[\]]+`, 'gi')
const SCHEMES = /\b(bearer|basic)([ \t]+)[\w.~+/=-]{8,}/gi
const URL_LOGIN = /(\/\/)[^\s/@:"'\\]*:[^\s/@"'\\]+(@)/g
const URL_PARAMETER = /([?&](?:key|api[-_]?key|token|access_token|sig|signature)=)[^&\s"'#\\]+/gi

/**
 * Takes out known secrets as `redactKnown` does, and whatever else looks like a secret. A line of JSON stays JSON.
 * @param secrets keys, tokens, header values; ones shorter than six characters are left alone
 */
export function redact(text: string, secrets: Iterable<string>): string {
  return createRedactor(secrets)(text)
}

/** `redact` for many texts: the forms of the secrets are worked out once. */
export function createRedactor(secrets: Iterable<string>): (text: string) => string {
  const forms = allForms(secrets)
  return (text) => withoutShapes(withoutForms(text, forms))
}

function withoutShapes(text: string): string {
  let result = text
  for (const pattern of [HEADER_MEMBERS, HEADER_LINES]) result = result.replace(pattern, `$1${REDACTED}`)
  result = result.replace(SCHEMES, `$1$2${REDACTED}`)
  result = result.replace(URL_LOGIN, `$1${REDACTED}$2`).replace(URL_PARAMETER, `$1${REDACTED}`)
  for (const shape of KEY_SHAPES) result = result.replace(shape, REDACTED)
  return result
}

/**
 * Takes out known secrets only: plain, base64 (also inside longer base64), hexadecimal, URL-encoded and JSON-escaped.
 * For text whose every other word must stay as it is.
 */
export function redactKnown(text: string, secrets: Iterable<string>): string {
  return withoutForms(text, allForms(secrets))
}

function allForms(secrets: Iterable<string>): string[] {
  return [...new Set([...secrets].flatMap(formsOf))].sort((a, b) => b.length - a.length)
}

function withoutForms(text: string, forms: readonly string[]): string {
  let result = text
  for (const form of forms) if (result.includes(form)) result = result.replaceAll(form, REDACTED)
  return result
}

const SECRET_VARIABLE = /(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?)$/i
/** What such a variable holds when it is no secret: a path, an address, a switch, a number. */
const NO_SECRET = /^(?:[/~.]|[a-z]+:\/\/|\d+$)|\s/i

/** The values of environment variables that are keys by their names, whoever's they are. */
export function environmentSecrets(env: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(env).flatMap(([name, value = '']) =>
    SECRET_VARIABLE.test(name) && value.length >= 10 && !NO_SECRET.test(value) ? [value] : [],
  )
}

function formsOf(secret: string): string[] {
  if (secret.length < SHORTEST_SECRET) return []
  const escaped = JSON.stringify(secret).slice(1, -1)
  const encoded = encodeURIComponent(secret.toWellFormed())
  const forms = [
    secret,
    escaped,
    JSON.stringify(escaped).slice(1, -1),
    encoded,
    encoded.replaceAll('%20', '+'),
    encoded.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    Buffer.from(secret).toString('hex'),
    ...base64Forms(secret),
  ]
  return forms.filter((form) => form.length >= SHORTEST_SECRET)
}

/** In longer base64 a secret may begin at any of three positions; what of it does not share a character with its neighbours is looked for. */
function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret)
  return [0, 1, 2].flatMap((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    const whole = Math.floor(((offset + bytes.length) * 8) / 6)
    const core = text.slice(Math.ceil((offset * 8) / 6), whole)
    return [offset === 0 ? text : core, core].flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')])
  })
}
