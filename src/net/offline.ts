import type {Environment} from '../paths.ts'
import {guardNames} from './offline-names.ts'
import {guardDatagrams, guardSockets} from './offline-sockets.ts'

/**
 * Holds this whole process offline: no TCP, TLS or UDP leaves for anything but a local address, and no name server is asked.
 * `createFetch` refuses earlier; this one is for what does not use it: got, `node:http`, an SDK's own client. All of them
 * end in the functions that are replaced here, and Node offers no other place to refuse at.
 * It stops what forgets about offline mode, not code that wants around it; child processes and worker threads are the
 * sandbox's part.
 * @param env a proxy it names is refused even on this machine, since it would carry requests further
 * @returns lifts the guard
 */
export function installOfflineGuard(env: Environment = process.env): () => void {
  const {syncBuiltinESMExports} = process.getBuiltinModule('node:module')
  const restores = [guardSockets(env), guardDatagrams(), guardNames()]
  // Plugins may already hold these functions by `import {lookup} from 'node:dns'`.
  syncBuiltinESMExports()
  return () => {
    for (const restore of restores) restore()
    syncBuiltinESMExports()
  }
}
