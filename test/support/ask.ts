import {confirm, input, secret, select} from '../../src/ui/prompts.ts'
import {VibeError} from '../../src/errors.ts'

/** A program of four questions for the terminal tests: prints the answers, or ends as vibe does when one is left. */
try {
  const service = await select('Which?', [
    {value: 'a', label: 'Alpha', hint: 'first'},
    {value: 'b', label: 'Beta', hint: 'second'},
    ...Array.from({length: 10}, (_, index) => ({value: `n${index}`, label: `Number ${index}`})),
  ])
  const name = await input('Name', {initial: 'me', check: (text) => (text === 'bad' ? 'Not that one.' : undefined)})
  const key = await secret('Key', (text) => (text.length < 10 ? {problem: 'Too short.'} : {value: text.trim()}))
  const sure = await confirm('Sure?', true)
  process.stdout.write(`${JSON.stringify({service, name, key: key.length, sure})}\n`)
} catch (error) {
  if (!(error instanceof VibeError)) throw error
  process.stdout.write(`left: ${error.code}\n`)
  process.exitCode = error.exit
}
