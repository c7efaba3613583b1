/** What a model's name says about the requests that it accepts. */
export type ModelTraits = {
  /** adaptive: thinks unless told otherwise. on-request: adaptive, but only when asked. budget: needs a number of tokens. */
  thinking: 'adaptive' | 'on-request' | 'budget'
  /** How an adaptive model is told not to think; `never` when it always does. */
  off: 'disabled' | 'between_tools' | 'never'
  xhigh: boolean
  /** Whether a request may force the model to call a tool. */
  forcedTools: boolean
  /** Whether the model takes a temperature, where the version of the API has one. */
  sampling: boolean
}

const NAMED = /claude-(opus|sonnet|haiku|fable|mythos)-(\d+)(?:-(\d{1,2})(?!\d))?/

/** Names that are not Claude's are served by gateways that follow the oldest form of the protocol. */
export function traitsOf(model: string): ModelTraits {
  const match = NAMED.exec(model)
  const [, family = '', major = '0', minor = '0'] = match ?? []
  const version = Number(major) + Number(minor) / 100
  if (family === 'fable' || family === 'mythos') {
    return {thinking: 'adaptive', off: 'never', xhigh: true, forcedTools: version < 5.01, sampling: false}
  }
  const atLeast55 = version >= 5.05
  if (version >= 5) {
    const off = family === 'haiku' || !atLeast55 ? 'disabled' : family === 'sonnet' ? 'between_tools' : 'never'
    return {thinking: 'adaptive', off, xhigh: true, forcedTools: !atLeast55 || family === 'haiku', sampling: false}
  }
  if (version >= 4.06) {
    return {
      thinking: 'on-request',
      off: 'disabled',
      xhigh: version > 4.06,
      forcedTools: true,
      sampling: version === 4.06,
    }
  }
  return {thinking: 'budget', off: 'disabled', xhigh: true, forcedTools: true, sampling: true}
}
