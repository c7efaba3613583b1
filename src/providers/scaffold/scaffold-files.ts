import {readFile, readdir} from 'node:fs/promises'
import {join} from 'node:path'
import type {PackageName} from './package-name.ts'
import {readmeText} from './readme-text.ts'
import {scaffoldManifest, titleOf, type ManifestRequest} from './scaffold-manifest.ts'

/** Path inside the package, with forward slashes, to content. */
export type PackageFiles = Map<string, string>

/** The packages that a new one is tested with, at the contract it is written for. */
const API_RANGE = '^1.0.0'
const TESTKIT_RANGE = '^0.1.0'
/** Folders of the templates that a provider with code begins with. */
const CODE_FOLDERS = ['src', 'test']

export type FilesRequest = Omit<ManifestRequest, 'id'> & {
  name: PackageName
  /** The folder with the code that `--code` begins with. */
  templates: string
  year: number
}

/**
 * Every file of a new package.
 * @throws VibeError (exit 2) when a value does not fit the manifest
 */
export async function scaffoldFiles({name, templates, year, ...request}: FilesRequest): Promise<PackageFiles> {
  const {kind} = request
  const manifest = scaffoldManifest({...request, id: name.id})
  const files: PackageFiles = new Map([
    ['package.json', json(packageJson(name, kind === 'code'))],
    ['vibe.provider.json', json(manifest)],
    ['README.md', readmeText({name, manifest, hasCode: kind === 'code'})],
    ['LICENSE', licence(name.name, year)],
    ['.gitignore', 'node_modules/\n*.tgz\n'],
  ])
  if (kind !== 'code') return files
  files.set('jsconfig.json', json(JSCONFIG))
  for (const folder of CODE_FOLDERS) {
    const names = (await readdir(join(templates, folder))).filter((file) => file.endsWith('.js')).sort()
    for (const file of names) files.set(`${folder}/${file}`, await readFile(join(templates, folder, file), 'utf8'))
  }
  return files
}

function packageJson({id, name}: PackageName, hasCode: boolean): object {
  return {
    name,
    version: '0.1.0',
    description: `${titleOf(id)} for vibe`,
    license: 'MIT',
    type: 'module',
    keywords: ['vibe', 'vibe-provider'],
    engines: {node: '>=22.13'},
    exports: {...(hasCode && {'.': './src/index.js'}), './package.json': './package.json'},
    files: [...(hasCode ? ['src'] : []), 'vibe.provider.json'],
    scripts: hasCode
      ? {test: 'node --test', check: 'vibe-provider-check .'}
      : {test: 'vibe-provider-check .', check: 'vibe-provider-check .'},
    oclif: {},
    vibe: {apiVersion: 1, providers: ['./vibe.provider.json']},
    devDependencies: {...(hasCode && {'vibe-plugin-api': API_RANGE}), 'vibe-plugin-testkit': TESTKIT_RANGE},
  }
}

/** Editors check the types that stand in comments. */
const JSCONFIG = {
  compilerOptions: {
    checkJs: true,
    strict: true,
    module: 'nodenext',
    target: 'es2024',
    lib: ['es2024', 'dom'],
    noEmit: true,
  },
  include: ['src', 'test'],
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

function licence(name: string, year: number): string {
  return `MIT License

Copyright (c) ${year} the authors of ${name}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
`
}
