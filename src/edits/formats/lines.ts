import type {FormatEvent, Recognised, Recogniser} from './types.ts'

export type SourceLine = {
  /** Without its end. */
  text: string
  /** 1-based. */
  number: number
  /** False for a last line that the reply stops in. */
  ended: boolean
}

/** A format as a machine that takes one line at a time, so that it always advances. */
export type LineMachine = {
  line: (line: SourceLine, emit: (event: FormatEvent) => void) => void
  end: (emit: (event: FormatEvent) => void) => void
}

/** Cuts arriving text into lines for a machine. A CR before the LF belongs to the line's end. */
export function lineRecogniser(machine: LineMachine): Recogniser {
  let rest: string[] = []
  let number = 0
  const take = (text: string, ended: boolean, events: FormatEvent[]) => {
    number++
    const line = ended && text.endsWith('\r') ? text.slice(0, -1) : text
    machine.line({text: line, number, ended}, (event) => events.push(event))
  }
  return {
    push: (piece) => {
      const events: FormatEvent[] = []
      const lines = piece.split('\n')
      const last = lines.pop() ?? ''
      if (lines.length > 0) {
        lines[0] = rest.join('') + (lines[0] ?? '')
        rest = []
      }
      if (last !== '') rest.push(last)
      for (const line of lines) take(line, true, events)
      return events
    },
    end: () => {
      const events: FormatEvent[] = []
      if (rest.length > 0) take(rest.join(''), false, events)
      rest = []
      machine.end((event) => events.push(event))
      return events
    },
  }
}

/** All edits and problems of a whole text. */
export function recognise(recogniser: Recogniser, text: string): Recognised {
  return collect([...recogniser.push(text), ...recogniser.end()])
}

export function collect(events: readonly FormatEvent[]): Recognised {
  return {
    edits: events.flatMap((event) => (event.type === 'edit' ? [event.edit] : [])),
    problems: events.flatMap((event) => (event.type === 'problem' ? [event.problem] : [])),
  }
}
