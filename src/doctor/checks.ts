import {checkClock} from './clock.ts'
import {checkConfiguration} from './configuration.ts'
import {checkFolders} from './folders.ts'
import {checkInstallation} from './installation.ts'
import {checkMachine} from './machine.ts'
import {checkNetwork} from './network.ts'
import {checkPath} from './path-collisions.ts'
import {checkPlugins} from './plugins.ts'
import {checkProviders} from './providers.ts'
import {checkRepository} from './repository.ts'
import {checkSessions} from './sessions.ts'
import {checkTerminal} from './terminal.ts'
import type {Check} from './finding.ts'

/** In the order in which they are shown: what stands lower needs what stands above it. */
export const CHECKS: readonly Check[] = [
  {id: 'installation', title: 'Installation', run: checkInstallation},
  {id: 'path', title: 'PATH', run: checkPath},
  {id: 'configuration', title: 'Configuration', run: checkConfiguration},
  {id: 'folders', title: 'Files and folders', run: checkFolders},
  {id: 'plugins', title: 'Plugins', run: checkPlugins},
  {id: 'network', title: 'Network', run: checkNetwork},
  {id: 'providers', title: 'Providers', run: checkProviders},
  {id: 'clock', title: 'Clock', run: checkClock},
  {id: 'sessions', title: 'Sessions', run: checkSessions},
  {id: 'repository', title: 'Project', run: checkRepository},
  {id: 'machine', title: 'Machine', run: checkMachine},
  {id: 'terminal', title: 'Terminal', run: checkTerminal},
]
