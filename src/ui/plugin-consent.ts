import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import type {InstallEvent, InstallRequest, Question} from '../install/types.ts'
import {questionLines} from './plugin-lines.ts'
import {canAsk, confirm} from './prompts.ts'
import {wrapWords} from './wrap.ts'

export type ConsentOptions = {
  /** Agreed beforehand: `--yes`. */
  yes: boolean
  /** Whether a person may be asked at all: not when the answer is for a program. */
  ask: boolean
  /** Where what is said goes; standard error when absent. */
  write?: (text: string) => void
}

/**
 * Shows what would be installed and asks once, with "no" as the answer of a bare Enter.
 * @returns `consent` and `report` of an InstallRequest
 */
export function pluginConsent({
  yes,
  ask,
  write = toStderr,
}: ConsentOptions): Required<Pick<InstallRequest, 'consent' | 'report'>> {
  const show = (question: Question) => {
    for (const line of questionLines(question, Date.now())) write(`${line}\n`)
  }
  return {
    consent: async (question) => {
      show(question)
      if (yes) return true
      if (!ask || !canAsk()) throw nobodyToAsk(question)
      write('A plugin runs with all your rights: it can read what you can read.\n')
      const {name, version} = question.candidate
      return confirm(`${question.change === undefined ? 'Install' : 'Update to'} ${name} ${version}?`, false)
    },
    report: (event) => reportEvent(event, show, write),
  }
}

function reportEvent(event: InstallEvent, show: (question: Question) => void, write: (text: string) => void): void {
  if (event.step === 'allowed') {
    show(event.question)
    write(`  allowed by ${event.by}\n`)
  } else if (event.step === 'install') write(`Installing ${event.subject} …\n`)
  else if (event.step === 'fetch') write(`Fetching ${event.subject} …\n`)
  else if (event.step === 'scripts') write(`Running the install scripts of ${event.subject} …\n`)
}

function nobodyToAsk({spec, candidate: {name, version}, change}: Question): VibeError {
  const command =
    change === undefined
      ? `vibe plugins install ${/\s/.test(spec) ? `"${spec}"` : spec}`
      : `vibe plugins update ${name}`
  return new VibeError({
    code: 'consent-needed',
    message: `Installing ${name} ${version} is for a person to decide, and nobody can be asked here. Nothing was installed.`,
    hint: `${command} --yes   or allow it for good: vibe config:set trust.plugins '["${name}"]'`,
    exit: ExitCode.needsApproval,
  })
}

function toStderr(text: string): void {
  process.stderr.write(wrapWords(text, process.stderr.columns))
}
