/* Preloaded into a program under test: writes the paths of the files it loads, one a line, to VIBE_TEST_MODULES. */
import {appendFileSync} from 'node:fs'
import {registerHooks} from 'node:module'
import {fileURLToPath} from 'node:url'

const list = process.env.VIBE_TEST_MODULES
registerHooks({
  load(url, context, next) {
    if (list && url.startsWith('file:')) appendFileSync(list, `${fileURLToPath(url)}\n`)
    return next(url, context)
  },
})
process.on('exit', () => {
  if (list && process.moduleLoadList.some((name) => name.includes('undici'))) appendFileSync(list, 'builtin:undici\n')
})
