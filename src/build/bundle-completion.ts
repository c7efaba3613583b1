import {build, type Plugin} from 'esbuild'
import {join} from 'node:path'
import {builtinsWith} from './builtins.ts'
import {COMMON, finished} from './bundle.ts'
import {removeOthers, writeChanged} from './files.ts'

/** What is imported on demand into a file of its own: names of commands and flags need none of them. */
const PARTS = ['completion/offer-values', 'providers/manifest-check']

/** Only what changes files and judges trust uses these; loading them takes as long as reading every manifest. */
const ON_DEMAND = ['node:fs/promises', 'node:crypto', 'node:child_process', 'node:timers/promises']

/**
 * What a press of TAB runs, in files of its own: the chunks of the command line hold oclif, which would take longer to
 * load than all the rest. Nothing is shared between the files, because opening one more takes longer than reading a few
 * kilobytes twice. Third-party code in them is in the chunks of the command line too, with its licence.
 */
export async function bundleCompletion(root: string): Promise<void> {
  const folder = join(root, 'dist/completion')
  const parts = PARTS.map((part) => ({from: join(root, 'src', `${part}.ts`), to: outFile(folder, part)}))
  const whole = {from: join(root, 'src/completion/answer.ts'), to: join(root, 'dist/complete.js')}
  await Promise.all([whole, ...parts].map((file) => bundleOne(root, file)))
  await removeOthers(
    folder,
    parts.map(({to}) => to),
  )
}

async function bundleOne(root: string, {from, to}: {from: string; to: string}): Promise<void> {
  const plugins = [partsApart(to.endsWith('complete.js') ? './completion' : '.'), builtinsWith(ON_DEMAND)]
  const {outputFiles} = await build({...COMMON, absWorkingDir: root, entryPoints: [from], outfile: to, plugins})
  for (const file of outputFiles) await writeChanged(file.path, finished(file.text))
}

function partsApart(folder: string): Plugin {
  const names = PARTS.map(baseName)
  return {
    name: 'parts-apart',
    setup(build) {
      build.onResolve({filter: /\.ts$/}, ({path, kind}) => {
        const name = baseName(path).replace(/\.ts$/, '')
        if (kind !== 'dynamic-import' || !names.includes(name)) return undefined
        return {path: `${folder}/${name}.js`, external: true}
      })
    },
  }
}

function outFile(folder: string, part: string): string {
  return join(folder, `${baseName(part)}.js`)
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
