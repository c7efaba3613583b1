import {demand, describe, judge, Mismatch, type CheckResult} from '../check.ts'
import type {CheckedPackage, Manifest, ManifestFile} from '../subject.ts'
import {entryChecks, entryOf, MOST_MS} from './entry-checks.ts'
import {fileChecks} from './file-checks.ts'
import {manifestChecks} from './manifest-checks.ts'
import {packageChecks} from './package-checks.ts'
import {probeEntry} from './probe-entry.ts'
import {shippedFiles} from './shipped-files.ts'

type Rule = {id: string; title: string; mend: string}

const head = ({id, title, mend}: Rule, subject: string) =>
  ({id: `static/${id}`, leg: 'static', subject, title, mend}) as const

/** Checks a package without talking to it: its files, its manifests, and what an import does. */
export async function runStatic(checked: CheckedPackage): Promise<CheckResult[]> {
  const {name, manifests} = checked
  const [files, ...providers] = await Promise.all([
    checkFiles(checked),
    ...manifests.map((file) => checkManifest(file, checked)),
  ])
  const own = await Promise.all(packageChecks.map((one) => judge(head(one, name), () => one.run(checked))))
  return [...own, ...files, ...providers.flat()]
}

async function checkFiles(checked: CheckedPackage): Promise<CheckResult[]> {
  const shipped = await shippedFiles(checked.root).catch((error: unknown) => describe(error))
  return Promise.all(
    fileChecks.map((one) =>
      judge(head(one, checked.name), () => {
        if (typeof shipped === 'string') throw new Mismatch('a package that npm can pack', shipped)
        one.run(checked, shipped)
      }),
    ),
  )
}

async function checkManifest(file: ManifestFile, checked: CheckedPackage): Promise<CheckResult[]> {
  const {manifest, path, problems} = file
  const subject = manifest?.id ?? path
  const mend = 'Correct the manifest; its schema, vibe-plugin-api/manifest.schema.json, documents every member.'
  const rule = {id: 'manifest', title: 'its manifest fits the schema and its rules', mend}
  const whole = await judge(head(rule, subject), () =>
    demand(problems.length === 0, 'a manifest without problems', problems.slice(0, 3).join('; ')),
  )
  if (manifest === undefined) return [whole]
  const parts = await Promise.all(
    manifestChecks.map((one) => judge(head(one, subject), () => one.run(manifest, checked))),
  )
  return [whole, ...parts, ...(await checkEntry(manifest, checked))]
}

async function checkEntry(manifest: Manifest, checked: CheckedPackage): Promise<CheckResult[]> {
  const entry = entryOf(manifest, checked)
  if (entry === undefined) return []
  const [first] = entryChecks
  if (typeof entry === 'string')
    return first ? [await judge(head(first, manifest.id), () => demand(false, 'an entry in the package', entry))] : []
  const once = await probeEntry(entry.file, entry.name)
  // A machine that is busy makes everything slow once: the quicker of two counts.
  const again = once.ms > MOST_MS ? await probeEntry(entry.file, entry.name) : once
  const report = again.ms < once.ms ? again : once
  return Promise.all(entryChecks.map((one) => judge(head(one, manifest.id), () => one.run(report))))
}
