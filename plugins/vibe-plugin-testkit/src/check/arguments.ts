import {parseArgs} from 'node:util'
import {LEGS, type Leg} from './check.ts'

export type Arguments = {
  folder: string
  /** The legs that were asked for by name; empty when none was. */
  legs: Leg[]
  json: boolean
  help: boolean
  expect?: string
  dialect?: string
  keyEnv?: string
  endpoint?: string
  model?: string
}

/** A command line that makes no sense; the message is for a person. */
export class BadUsage extends Error {}

export const USAGE = `vibe-provider-check [FOLDER] [flags]

Checks a provider package for vibe; FOLDER is the package's own, by default this one.

  --leg LEG        static, replay, grammar or live; may be repeated. Without it all but live
  --json           the report as JSON
  --expect FILE    known failures, {"check id": "reason"}; by default conformance.json
  --dialect FILE   how the service speaks, for a provider with a protocol of its own; by default
                   the package's conformance.js, .mjs or .ts
  --key-env VAR    live: the variable that holds the key; by default the manifest's own
  --endpoint URL   live: the service to ask; by default the manifest's own
  --model ID       live: the model to ask; by default the manifest's, else the first that is listed
  --help

live asks the real service and spends some hundred tokens: only when it is named, or VIBE_LIVE=1.
Exit: 0 everything passes, 8 a check fails, 2 wrong usage or nothing to check, 1 this kit broke.
`

/** @throws BadUsage */
export function readArguments(argv: readonly string[]): Arguments {
  const {values, positionals} = parse(argv)
  if (positionals.length > 1) throw new BadUsage(`One folder at a time, not ${positionals.join(', ')}`)
  const legs = (values.leg ?? []).flatMap((text) => text.split(',')).map(legOf)
  return {
    folder: positionals[0] ?? '.',
    legs: [...new Set(legs)],
    json: values.json === true,
    help: values.help === true,
    ...(values.expect === undefined ? {} : {expect: values.expect}),
    ...(values.dialect === undefined ? {} : {dialect: values.dialect}),
    ...(values['key-env'] === undefined ? {} : {keyEnv: values['key-env']}),
    ...(values.endpoint === undefined ? {} : {endpoint: values.endpoint}),
    ...(values.model === undefined ? {} : {model: values.model}),
  }
}

function parse(argv: readonly string[]) {
  const text = {type: 'string'} as const
  const options = {
    leg: {type: 'string', multiple: true},
    json: {type: 'boolean'},
    help: {type: 'boolean', short: 'h'},
    expect: text,
    dialect: text,
    'key-env': text,
    endpoint: text,
    model: text,
  } as const
  try {
    return parseArgs({args: [...argv], options, allowPositionals: true})
  } catch (error) {
    throw new BadUsage(error instanceof Error ? error.message : String(error))
  }
}

function legOf(text: string): Leg {
  const leg = LEGS.find((one) => one === text)
  if (leg === undefined) throw new BadUsage(`There is no leg "${text}"; known are ${LEGS.join(', ')}`)
  return leg
}
