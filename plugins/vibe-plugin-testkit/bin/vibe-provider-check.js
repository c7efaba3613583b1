#!/usr/bin/env node
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 13)) {
  process.stderr.write(`vibe-provider-check needs Node.js 22.13 or newer and found ${process.versions.node}.\n`)
  process.exit(2)
}
const {checkProvider} = await import('../dist/check/cli.js')
const {code, stdout, stderr} = await checkProvider(process.argv.slice(2), process.env)
process.stderr.write(stderr)
// A provider that leaves a timer or a connection behind would keep the process: the report ends it, once it is written.
process.stdout.write(stdout, () => process.exit(code))
