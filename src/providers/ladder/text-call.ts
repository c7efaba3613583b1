import type {JsonObject, ProviderMetadata, ToolCallEnd, ToolCallPart} from 'vibe-plugin-api'

/** A call that a model wrote into its text. Without `input` it could not be read, and `problem` says why. */
export type TextCall = {
  name: string
  input?: JsonObject
  /** For the model: what is wrong and how to write it. */
  problem?: string
  /** As it was written. */
  raw: string
}

/** What a recogniser makes of text: the text itself, whole and in order, with the calls taken out of it. */
export type Piece = {type: 'text'; text: string} | {type: 'call'; call: TextCall}

/** Takes calls out of a text that arrives in pieces; holds back only what may be the beginning of a call. */
export type Recogniser = {
  accept: (text: string) => Piece[]
  /** Nothing follows: what was held back is decided. */
  end: () => Piece[]
}

const KEY = 'vibe-ladder'
/** A malformed call is shown to the model again so that it can mend it; a runaway one is not worth its tokens. */
const MAX_RAW = 4000

/** Kept with a malformed call, so that the loop can tell the model what is wrong and the history can show what it wrote. */
export function malformedMetadata({problem, raw}: TextCall): ProviderMetadata | undefined {
  return problem === undefined ? undefined : {[KEY]: {problem, raw: raw.slice(0, MAX_RAW)}}
}

export function problemOf(call: Pick<ToolCallEnd, 'providerMetadata'>): string | undefined {
  const problem = call.providerMetadata?.[KEY]?.['problem']
  return typeof problem === 'string' ? problem : undefined
}

export function rawOf(part: ToolCallPart): string | undefined {
  const raw = part.providerMetadata?.[KEY]?.['raw']
  return typeof raw === 'string' ? raw : undefined
}
