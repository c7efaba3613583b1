/** What oclif writes before the reason of a module that it cannot load; a path of that length would hide the reason. */
const MODULE_PATH = /^\[\w+\] \w+\(?\)? failed to load .*?: /

/**
 * Keeps what oclif would print as a warning of several lines for each command of a plugin that it cannot load.
 * @returns the result of `load`, and one sentence for each plugin that was warned about
 */
export async function collectWarnings<Result>(
  load: () => Promise<Result>,
): Promise<{result: Result; sentences: string[]}> {
  const usual = process.emitWarning
  const sentences = new Map<string, string>()
  process.emitWarning = ((...given: Parameters<typeof process.emitWarning>) => {
    const details = given.map(textOf).find((text) => /^module: @oclif\/core/m.test(text))
    if (details === undefined) return usual.apply(process, given)
    const plugin = member(details, 'plugin') ?? 'unknown'
    if (!sentences.has(plugin)) sentences.set(plugin, sentenceFor(plugin, details))
  }) as typeof process.emitWarning
  try {
    return {result: await load(), sentences: [...sentences.values()]}
  } finally {
    process.emitWarning = usual
  }
}

function sentenceFor(plugin: string, details: string): string {
  const task = member(details, 'task') ?? ''
  const command = /^findCommand \((.*)\)$/.exec(task)?.[1]
  const what = command === undefined ? 'something' : `the command "${printable(command)}"`
  const [, message = 'no reason given'] = /^message: ([^]*?)\nSee more details/m.exec(details) ?? []
  return `${what} of the plugin ${printable(plugin)} cannot be loaded (${printable(message.replace(MODULE_PATH, ''))}). Remove it: vibe plugins uninstall ${printable(plugin)}`
}

/** The value in a line "NAME: VALUE" of oclif's text. */
function member(details: string, name: string): string | undefined {
  return new RegExp(`^${name}: (.*)$`, 'm').exec(details)?.[1]
}

function printable(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .slice(0, 200)
}

/** oclif hands its text over as the detail of a warning. */
function textOf(value: unknown): string {
  return typeof value === 'object' && value !== null && 'detail' in value ? String(value.detail) : ''
}
