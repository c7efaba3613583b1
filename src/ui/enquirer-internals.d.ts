declare module 'enquirer/lib/keypress.js' {
  type Key = {name?: string; ctrl?: boolean; sequence?: string}
  type Listener = (input: string, key: Key, readline: import('node:readline').Interface) => void
  type Keypress = {
    (input: string, key: Key): Key
    listen: (prompt: {stdin?: NodeJS.ReadStream} | undefined, onKeypress: Listener) => () => void
  }
  const keypress: Keypress
  export default keypress
}

declare module 'enquirer/lib/queue.js' {
  export default class Queue<Job extends unknown[]> {
    constructor(run: (...job: Job) => void)
    enqueue: (...job: Job) => void
    destroy(): void
  }
}
