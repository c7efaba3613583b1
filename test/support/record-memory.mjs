import {writeFileSync} from 'node:fs'

/** Writes the most memory that the process took, in kilobytes, where VIBE_TEST_MEMORY says. */
process.on('exit', () => {
  const file = process.env.VIBE_TEST_MEMORY
  if (file) writeFileSync(file, String(process.resourceUsage().maxRSS))
})
