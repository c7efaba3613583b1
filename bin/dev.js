#!/usr/bin/env node
/* vibe from its sources, without a build of the root: Node strips the types. */
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {start} from './start.ts'

const root = join(import.meta.dirname, '..')
const pjson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const fromSource = (value) =>
  JSON.parse(JSON.stringify(value).replaceAll('./dist/', './src/').replaceAll('.js"', '.ts"'))
pjson.oclif = fromSource(pjson.oclif)
process.env.NODE_ENV = 'development'
await start({argv: process.argv.slice(2), root, pjson, ignoreManifest: true})
