import type {Message} from 'vibe-plugin-api'

/** Who wrote an answer: a configured provider, and its model. */
export type Author = {provider: string; model: string}

/** A message of the history; an answer says who wrote it, where that is known. */
export type HistoryMessage = Message & {by?: Author}
