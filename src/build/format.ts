import {join} from 'node:path'
import {format} from './checks.ts'

const {ok, output} = await format(join(import.meta.dirname, '../..'))
process.stdout.write(output)
process.exitCode = ok ? 0 : 1
