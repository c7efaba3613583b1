import {join} from 'node:path'
import type {Usage} from 'vibe-plugin-api'
import type {Head} from '../../git/head.ts'
import {patchBetween} from '../../git/patch.ts'
import {recentSubjects} from '../../git/recent.ts'
import type {Repository} from '../../git/repository.ts'
import type {TreeEdit} from '../../git/tree-edits.ts'
import {redact} from '../../redact.ts'
import type {CostMeter} from '../limits.ts'
import {readyProvider, type Workplace} from '../open.ts'
import {disposeFallbacks, type ReadyProvider} from '../ready.ts'
import {askSmall} from './ask-small.ts'
import {MESSAGE_SYSTEM, messageFrom, messageRequest} from './message.ts'

/** What a commit will be, before it is made. */
export type Draft = {
  repository: Repository
  head: Head
  from: string
  tree: string
  edits: readonly TreeEdit[]
}

export type Writing = {
  workplace: Workplace
  /** Who writes; absent: `smallModel`, else the chosen model. */
  ready?: ReadyProvider
  /** Whether a model may see what a file holds, by its resolved path. */
  mayRead: (path: string) => boolean
  request?: string
  signal: AbortSignal
  cost: CostMeter
}

export type Written = {message?: string; model: string; usage: Usage; costUsd?: number}

/**
 * A message for a commit, by a model that sees the diff without files that may hold secrets.
 * @throws VibeError when no model is set up or it fails
 */
export async function writeMessage(draft: Draft, writing: Writing): Promise<Written> {
  const {workplace, signal, cost} = writing
  const text = await materialOf(draft, writing)
  const {ready, opened} = await writer(writing)
  try {
    const answer = await askSmall(ready, {system: MESSAGE_SYSTEM, text, signal, cost})
    const message = messageFrom(redact(answer.text, workplace.secrets))
    const {usage, costUsd} = answer
    return {
      ...(message === undefined ? {} : {message}),
      model: ready.model,
      usage,
      ...(costUsd === undefined ? {} : {costUsd}),
    }
  } finally {
    if (opened) {
      await ready.opened.provider.dispose?.()
      await disposeFallbacks(ready)
    }
  }
}

/** @property opened it was opened for this alone, and is ended after it */
async function writer({workplace, ready}: Writing): Promise<{ready: ReadyProvider; opened: boolean}> {
  const {smallModel} = workplace.config.values
  if (smallModel !== undefined) return {ready: await readyProvider(workplace, {model: smallModel}), opened: true}
  return ready ? {ready, opened: false} : {ready: await readyProvider(workplace), opened: true}
}

async function materialOf(
  {repository, head, from, tree, edits}: Draft,
  {workplace, mayRead, request}: Writing,
): Promise<string> {
  const shown = edits.filter(({name}) => mayRead(join(repository.root, name.text)))
  const [patch, recent] = await Promise.all([
    patchBetween(repository, {from, to: tree}, shown),
    recentSubjects(repository, head),
  ])
  const clean = (text: string) => redact(text, workplace.secrets)
  return messageRequest({
    patch: clean(patch),
    recent: recent.map(clean),
    files: edits.map(({name, was, becomes}) => `${!was ? 'added' : becomes ? 'changed' : 'deleted'} ${name.text}`),
    ...(request === undefined ? {} : {request: clean(request)}),
  })
}
