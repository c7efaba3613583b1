/** What is known of a provider that could go on, before any of its code runs. */
export type CandidateFacts = {
  local: boolean
  /** Undefined: unknown, and then it is tried. */
  contextWindow: number | undefined
  priceKnown: boolean
}

export type HandOverNeeds = {
  /** Whether the provider that the user chose is local. */
  fromLocal: boolean
  /** `unasked`: a person is there to ask; `impossible`: nobody is, and no setting says yes. */
  consent: 'given' | 'refused' | 'unasked' | 'impossible'
  /** About how many tokens the conversation has. */
  tokens: number
  /** Whether a cost cap must hold. */
  capped: boolean
}

export type Judgement = {kind: 'go'} | {kind: 'ask'} | {kind: 'skip'; reason: string; needsConsent?: true}

/** Whether the conversation may go on with a candidate. Nothing leaves local ground without a yes. */
export function judgeCandidate(candidate: CandidateFacts, needs: HandOverNeeds): Judgement {
  const {contextWindow} = candidate
  if (contextWindow !== undefined && contextWindow < needs.tokens)
    return skip(`its context of ${contextWindow} tokens is too small for about ${needs.tokens}`)
  if (needs.capped && !candidate.priceKnown) return skip('its price is unknown, so the cost cap could not be kept')
  if (!needs.fromLocal || candidate.local || needs.consent === 'given') return {kind: 'go'}
  if (needs.consent === 'unasked') return {kind: 'ask'}
  return {
    kind: 'skip',
    needsConsent: true,
    reason:
      needs.consent === 'refused'
        ? 'you did not want the conversation sent there'
        : 'it is not local, and nobody allowed that',
  }
}

function skip(reason: string): Judgement {
  return {kind: 'skip', reason}
}
