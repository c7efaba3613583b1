import type {EngineStatus, Question} from './engine.ts'
import type {Hit} from './rank.ts'
import type {Project, UpdateReport} from './update.ts'

/** What the thread of the index is started with. */
export type WorkerStart = {cache: string; project: Project}

export type Wish = {kind: 'search'; question: Question} | {kind: 'update'} | {kind: 'rebuild'} | {kind: 'status'}

/** `hits` is empty unless a search was wished for. */
export type Answer = {hits: Hit[]; update: UpdateReport; status: EngineStatus; ms: {update: number; search: number}}

export type ToWorker = {id: number; wish: Wish} | {cancel: true}
export type FromWorker =
  | {id: number; progress: {done: number; total: number}}
  | {id: number; answer: Answer}
  | {id: number; failed: {message: string; name: string}}
