import {headerOf, isOwnPart} from '#vibe-rules'
import {API_VERSION} from 'vibe-plugin-api'
import {demand, Mismatch} from '../check.ts'
import {isObject} from '../read-package.ts'
import type {CheckedPackage} from '../subject.ts'

/** A check of the package as a whole. */
export type PackageCheck = {
  id: string
  title: string
  mend: string
  run: (checked: CheckedPackage) => void | Promise<void>
}

const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall', 'prepare']
const VERSION = /^\d+\.\d+\.\d+(?:-[\w.-]+)?(?:\+[\w.-]+)?$/
/** Anything else is a path, an address or a repository, which the machines of others may not have. */
const RANGE = /^(?:npm:[@\w./-]+@)?[\w.+*^~<>=| -]*$/
const CORE = ['vibe-coder', 'vibe-plugin-testkit', '@oclif/core']

/** What package.json says, without looking further. */
export const packageChecks: readonly PackageCheck[] = [
  {
    id: 'package',
    title: 'package.json has what npm and vibe need',
    mend: 'Set "name", "version", "license", "type": "module" and "engines": {"node": ">=22.13"} in package.json.',
    run: ({pjson}) => {
      for (const member of ['name', 'version', 'license'])
        demand(typeof pjson[member] === 'string' && pjson[member] !== '', `"${member}" in package.json`, 'none')
      const version = String(pjson['version'])
      demand(VERSION.test(version), 'a "version" like 1.0.0', JSON.stringify(version))
      demand(pjson['private'] !== true, 'a package that can be published', '"private": true')
      demand(!isOwnPart(String(pjson['name'])), 'a name of its own', `${String(pjson['name'])}, a part of vibe`)
      demand(pjson['type'] === 'module', '"type": "module"', JSON.stringify(pjson['type'] ?? null))
      const engines = pjson['engines']
      const node = isObject(engines) ? engines['node'] : undefined
      demand(typeof node === 'string', '"engines": {"node": …}', 'none')
    },
  },
  {
    id: 'header',
    title: 'the vibe header names the contract and the manifests',
    mend: `Put "vibe": {"apiVersion": ${API_VERSION}, "providers": ["./vibe.provider.json"]} into package.json.`,
    run: ({name, pjson}) => {
      const header = headerOf({name, pjson})
      if (typeof header !== 'object')
        throw new Mismatch('a header that vibe takes', header ?? 'no "vibe" in package.json')
      demand(header.apiVersion === API_VERSION, `vibe.apiVersion ${API_VERSION}`, String(header.apiVersion))
    },
  },
  {
    id: 'oclif',
    title: 'it is an oclif plugin without commands and hooks',
    mend: 'Put "oclif": {} into package.json: with it vibe can install the package, and vibe runs no foreign hooks.',
    run: ({pjson}) => {
      const own = pjson['oclif']
      demand(isObject(own), '"oclif": {}', JSON.stringify(own ?? null))
      const declared = ['hooks', 'commands', 'plugins', 'devPlugins', 'topics'].filter(
        (name) => own[name] !== undefined,
      )
      demand(declared.length === 0, 'nothing declared in "oclif"', declared.join(', '))
    },
  },
  {
    id: 'keywords',
    title: 'people who look for providers find it',
    mend: 'Add "vibe-provider" to "keywords" in package.json.',
    run: ({pjson}) => {
      const words = pjson['keywords']
      demand(
        Array.isArray(words) && words.includes('vibe-provider'),
        'the keyword vibe-provider',
        JSON.stringify(words ?? null),
      )
    },
  },
  {
    id: 'install-scripts',
    title: 'nothing of it runs when it is installed',
    mend: 'Remove the script: vibe installs with scripts off. Build before publishing, in "prepack" or "prepublishOnly".',
    run: ({pjson}) => {
      const scripts = isObject(pjson['scripts']) ? pjson['scripts'] : {}
      const found = INSTALL_SCRIPTS.filter((name) => name in scripts)
      demand(found.length === 0, 'no install scripts', found.join(', '))
    },
  },
  {
    id: 'dependencies',
    title: 'it depends on the contract and on nothing of vibe itself',
    mend: 'Depend on "vibe-plugin-api" alone; the conformance kit belongs in devDependencies, and peers are not used.',
    run: ({pjson}) => {
      const names = isObject(pjson['dependencies']) ? Object.keys(pjson['dependencies']) : []
      const wrong = names.filter((name) => CORE.includes(name))
      demand(wrong.length === 0, `none of ${CORE.join(', ')} in "dependencies"`, wrong.join(', '))
      const elsewhere = members(pjson['dependencies']).filter(([, range]) => !RANGE.test(String(range)))
      const found = elsewhere.map(([name, range]) => `${name} ${JSON.stringify(range)}`).join(', ')
      demand(elsewhere.length === 0, 'versions or ranges of a registry', found)
      const peers = isObject(pjson['peerDependencies']) ? Object.keys(pjson['peerDependencies']) : []
      demand(peers.length === 0, 'no peerDependencies', peers.join(', '))
    },
  },
]

function members(value: unknown): Array<[string, unknown]> {
  return isObject(value) ? Object.entries(value) : []
}
