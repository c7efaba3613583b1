#!/usr/bin/env node
import {checkProvider} from '../dist/check/cli.js'

const {code, stdout, stderr} = await checkProvider(process.argv.slice(2), process.env)
process.stderr.write(stderr)
// A provider that leaves a timer or a connection behind would keep the process: the report ends it, once it is written.
process.stdout.write(stdout, () => process.exit(code))
