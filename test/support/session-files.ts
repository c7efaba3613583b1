import {mkdirSync, utimesSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {projectFolder} from '../../src/sessions/location.ts'
import type {SessionRecord} from '../../src/sessions/records.ts'
import type {Sandbox} from './sandbox.ts'

const DAY_MS = 86_400_000

type Written = {
  id: string
  /** Days ago. */
  age?: number
  /** The project's folder; the sandbox's own when absent. */
  cwd?: string
}

/** Writes session files of the sandbox as vibe writes them, or as a crash would leave them. */
export function sessionFiles(box: Sandbox) {
  const data = join(box.home, '.local/share/vibe-coder')
  const pathOf = (id: string, cwd = box.project) => join(projectFolder(data, cwd), `${id}.jsonl`)
  const raw = ({id, age = 0, cwd = box.project}: Written, content: string | Buffer): string => {
    const path = pathOf(id, cwd)
    mkdirSync(projectFolder(data, cwd), {recursive: true, mode: 0o700})
    writeFileSync(path, content, {mode: 0o600})
    const seconds = (Date.now() - age * DAY_MS) / 1000
    utimesSync(path, seconds, seconds)
    return path
  }
  return {
    data,
    pathOf,
    raw,
    /** A header, then the records given. */
    write: (session: Written, records: readonly object[]): string => {
      const {id, age = 0, cwd = box.project} = session
      const head = {type: 'session', v: 1, id, at: timeOf(age), cwd, vibe: '0.1.0'}
      return raw(session, linesOf([head, ...records]))
    },
  }
}

export function linesOf(records: readonly object[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('')
}

/** @param age days ago */
export function timeOf(age: number): string {
  return new Date(Date.now() - age * DAY_MS).toISOString()
}

export function said(text: string, age = 0): SessionRecord {
  return {type: 'user', at: timeOf(age), content: [{type: 'text', text}]}
}

type AnswerRecord = Extract<SessionRecord, {type: 'assistant'}>

export function answered(text: string, more: Partial<AnswerRecord> & {age?: number} = {}): SessionRecord {
  const {age = 0, ...rest} = more
  return {
    type: 'assistant',
    at: timeOf(age),
    provider: 'work',
    model: 'alpha',
    content: [{type: 'text', text}],
    stopReason: 'end-turn',
    usage: {input: 100, output: 10},
    ...rest,
  }
}

export function called(
  callId: string,
  name: string,
  input: object,
): Extract<AnswerRecord['content'][number], {type: 'tool-call'}> {
  return {type: 'tool-call', callId, name, input: input as never}
}

export function resulted(callId: string, name: string, text: string): SessionRecord {
  return {
    type: 'tool-result',
    at: timeOf(0),
    part: {type: 'tool-result', callId, name, content: [{type: 'text', text}]},
  }
}

/** The twelve ways in which a session file gets damaged, and some more. */
export function damagedFiles(): Record<string, Buffer> {
  const head = linesOf([
    {type: 'session', v: 1, id: 'x', at: timeOf(0), cwd: '/w', vibe: '1'},
    said('before the damage'),
  ])
  const tail = linesOf([answered('after it')])
  const call = called('c1', 'read', {path: 'a'})
  const files: Record<string, string | Buffer> = {
    'torn tail': `${head}${tail}${tail.slice(0, 60)}`,
    'NULs at the end': `${head}${tail}${'\0'.repeat(4096)}`,
    'NULs in the middle': `${head}${'\0'.repeat(4096)}\n${tail}`,
    'line separator': head.replace('before', 'be\u2028fore') + tail,
    'lone surrogate': head.replace('before', String.raw`\ud800before`) + tail,
    'byte-order mark': `\uFEFF${head}${tail}`,
    'carriage returns': (head + tail).replaceAll('\n', '\r\n'),
    'ids twice':
      head +
      linesOf([answered('x', {content: [call, call]}), resulted('c1', 'read', 'one'), resulted('c1', 'read', 'two')]) +
      tail,
    'missing results': head + linesOf([answered('x', {content: [call]})]) + tail,
    'future version': head.replace('"v":1', '"v":9') + linesOf([{type: 'thought', text: 'from tomorrow'}]) + tail,
    'no bytes': '',
    binary: Buffer.concat([Buffer.from([0xff, 0xfe, 0x00, 0x0a, 0x80, 0x0a]), Buffer.from(head + tail)]),
    'wrong types': `${head}${linesOf([{type: 'assistant', content: 'text'}, {type: 'user', content: [{type: 'text'}]}, 7 as never, null as never])}${tail}`,
  }
  return Object.fromEntries(Object.entries(files).map(([name, content]) => [name, Buffer.from(content as string)]))
}
