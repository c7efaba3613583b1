import {hookNotice} from '../agent/commits/hooks.ts'
import {openDesk, plainMessage, type CommitResult, type Desk, type DeskRequest} from '../agent/commits/desk.ts'
import {editorOf, runEditor} from '../config/edit.ts'
import {VibeError} from '../errors.ts'
import {ExitCode} from '../exit-codes.ts'
import {commitLines, madeLine, messageLines} from './commit-lines.ts'
import {readLine} from './read-line.ts'

export type CommitFace = {
  request: DeskRequest
  /** No question: what is shown is committed. */
  yes: boolean
  /** Show what would be committed; nothing is sent to a model and nothing is written. */
  dryRun: boolean
  /** Absent where nobody can be asked. */
  terminal?: {input: NodeJS.ReadStream; output: NodeJS.WriteStream}
  say: (line: string) => void
  /** For what is no part of the answer. */
  talk: (line: string) => void
}

/** @throws VibeError `consent-needed` (exit 6) where nobody can be asked, and what keeps the commit from being made */
export async function commitHere(face: CommitFace): Promise<CommitResult> {
  const {request, yes, dryRun, say, talk} = face
  if (!yes && !dryRun && !face.terminal) throw needsConsent()
  const given = request.message === undefined ? undefined : plainMessage(request.message)
  const desk = await openDesk(request)
  for (const line of commitLines(desk.result, dryRun)) say(line)
  const notice = hookNotice(desk.result.hooks)
  if (notice !== undefined) talk(notice)
  if (dryRun) return dry(desk, {given, say})
  if (given === undefined) talk('Writing a message …')
  const {message, writtenBy} = await desk.write()
  for (const line of messageLines(message, writtenBy)) say(line)
  const agreed = yes || !face.terminal ? message : await agree(message, {...face, terminal: face.terminal})
  if (agreed === undefined) {
    say('Nothing was committed.')
    return {...desk.result, message}
  }
  const result = {...(await desk.commit(agreed)), ...(writtenBy === undefined ? {} : {writtenBy})}
  say(madeLine(result))
  return result
}

function dry({result}: Desk, {given, say}: {given: string | undefined; say: CommitFace['say']}): CommitResult {
  if (given === undefined) return result
  for (const line of messageLines(given)) say(line)
  return {...result, message: given}
}

type Asking = CommitFace & {terminal: NonNullable<CommitFace['terminal']>}

/** @returns the message, as it was or as it was edited; undefined when nothing is to be committed */
async function agree(message: string, face: Asking): Promise<string | undefined> {
  const {terminal, request, say} = face
  let current = message
  for (;;) {
    const answer = await readLine(terminal, {prompt: 'Commit? y / n / e (edit the message) ', signal: request.signal})
    const letter = answer?.trim().toLowerCase() ?? 'n'
    if (/^y(es)?$/.test(letter)) return current
    if (/^no?$/.test(letter)) return undefined
    if (!/^e(dit)?$/.test(letter)) continue
    current = await edited(current, request)
    for (const line of messageLines(current)) say(line)
  }
}

/** In the user's own editor, through a private file that is gone afterwards. */
async function edited(message: string, {workplace, signal}: DeskRequest): Promise<string> {
  const {mkdtemp, readFile, rm, writeFile} = await import('node:fs/promises')
  const {tmpdir} = await import('node:os')
  const {join} = await import('node:path')
  const folder = await mkdtemp(join(tmpdir(), 'vibe-message-'))
  try {
    const file = join(folder, 'COMMIT_EDITMSG')
    await writeFile(file, `${message}\n`, {mode: 0o600})
    const {env} = workplace.host
    await runEditor(editorOf(env), file, {env, signal})
    return plainMessage(await readFile(file, 'utf8'))
  } finally {
    await rm(folder, {recursive: true, force: true})
  }
}

function needsConsent(): VibeError {
  return new VibeError({
    code: 'consent-needed',
    message: 'A commit is for a person to agree to, and nobody can be asked here.',
    hint: 'Without a question: vibe commit --yes   or look first: vibe commit --dry-run',
    exit: ExitCode.needsApproval,
  })
}
