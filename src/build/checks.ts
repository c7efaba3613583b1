import {runTool, type ToolRun} from './run-tool.ts'

export type Check = {name: string; run: (root: string) => Promise<ToolRun>}

const TREES = ['src', 'plugins', 'bin', 'test', 'bench', 'examples']

/** Generated, or part of a sample that stands for someone else's project. The tools' own files cannot say it: they
 * read patterns relative to themselves. */
const NOT_OURS = ['**/dist/**', '**/*.validator.cjs', '**/*.validator.d.cts', '**/fixtures/**', '**/demo/**']
const NO_CODE = ['**/*.json', '**/*.md']

const FORMAT_OPTIONS = ['-c', 'test/house/oxfmt.json', ...TREES, ...[...NOT_OURS, ...NO_CODE].map((glob) => `!${glob}`)]
const LINT_OPTIONS = ['-c', 'test/house/oxlint.json', ...NOT_OURS.map((glob) => `--ignore-pattern=${glob}`), ...TREES]

/** What tools can say about the sources without running them, quickest first. */
export const checks: readonly Check[] = [
  {name: 'format', run: (root) => runTool(root, ['oxfmt', '--check', ...FORMAT_OPTIONS])},
  {name: 'lint', run: (root) => runTool(root, ['oxlint', '--type-aware', '--deny-warnings', ...LINT_OPTIONS])},
  {name: 'types', run: (root) => runTool(root, ['tsc', '-b'])},
]

/** Formats every source file in place. */
export function format(root: string): Promise<ToolRun> {
  return runTool(root, ['oxfmt', ...FORMAT_OPTIONS])
}
