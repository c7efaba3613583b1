/* Preloaded into a measured program: what it used, as it ends. */
const {writeFileSync} = require('node:fs')

process.on('exit', () => {
  const {userCPUTime, systemCPUTime, maxRSS} = process.resourceUsage()
  const facts = {cpuMs: (userCPUTime + systemCPUTime) / 1000, peakMb: maxRSS / 1024}
  if (process.env.VIBE_BENCH_USAGE) writeFileSync(process.env.VIBE_BENCH_USAGE, JSON.stringify(facts))
})
