import {runTool, type ToolRun} from './run-tool.ts'

export type Check = {name: string; run: (root: string) => Promise<ToolRun>}

const TREES = ['src', 'plugins', 'bin', 'test', 'bench']

/** What tools can say about the sources without running them, quickest first. */
export const checks: readonly Check[] = [
  {name: 'format', run: (root) => runTool(root, ['oxfmt', '--check', '-c', 'test/house/oxfmt.json', ...TREES])},
  {
    name: 'lint',
    run: (root) => runTool(root, ['oxlint', '--type-aware', '--deny-warnings', '-c', 'test/house/oxlint.json', ...TREES]),
  },
  {name: 'types', run: (root) => runTool(root, ['tsc', '-b'])},
]
