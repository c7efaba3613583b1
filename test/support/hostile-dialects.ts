import {dialectOf, sseEvent, type Dialect as Spoken, type Reply} from 'vibe-plugin-testkit'

/** One protocol through one plugin: how a service that speaks it answers, well and badly. */
export type Dialect = Spoken & {
  plugin: string
  /** More arguments of `provider:add`. */
  settings: readonly string[]
  /** A whole stream with an empty list where the answer belongs, where the protocol has such a list. */
  nothing?: Reply
  errorEvent: (message: string) => string
  filtered: string
  cut: string
}

const noChoices: Reply = {
  status: 200,
  headers: {'content-type': 'text/event-stream'},
  steps: [
    {write: sseEvent({id: 'c', object: 'chat.completion.chunk', model: 'm', choices: []})},
    {write: 'data: [DONE]\n\n'},
  ],
}

const chat = whole(dialectOf('openai-chat'))
const responses = whole(dialectOf('openai-responses'))
const messages = whole(dialectOf('anthropic-messages'))

export const dialects: readonly Dialect[] = [
  {...chat, name: 'compatible', plugin: 'openai-compatible', settings: [], nothing: noChoices},
  {...chat, name: 'chat', plugin: 'openai', settings: ['--set', 'api=chat'], nothing: noChoices},
  {...responses, name: 'responses', plugin: 'openai', settings: ['--set', 'api=responses']},
  {...messages, name: 'messages', plugin: 'anthropic', settings: []},
]

/** A dialect whose service can also break off, be filtered and be cut. */
function whole(spoken: Spoken) {
  const {errorEvent, filtered, cut} = spoken
  if (!errorEvent || filtered === undefined || cut === undefined) throw new Error(`${spoken.name} cannot say it all`)
  return {...spoken, errorEvent, filtered, cut}
}
