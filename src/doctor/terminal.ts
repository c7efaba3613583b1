import type {Environment} from '../paths.ts'
import type {Finding} from './finding.ts'
import type {Place, TerminalFacts} from './place.ts'

const NARROW = 40

export function checkTerminal({terminal, host}: Place): Finding[] {
  return terminalFindings(terminal, host.env)
}

/** What chat and questions need of a terminal; a pipe or a file needs none of it. */
export function terminalFindings(
  facts: TerminalFacts,
  env: Environment,
  platform: NodeJS.Platform = process.platform,
): Finding[] {
  const encoding = platform === 'win32' ? [] : encodingFindings(env)
  return [screenFinding(facts, env), ...encoding, colourFinding(facts, env), ...multiplexerFindings(env)]
}

function screenFinding({inputIsTerminal, outputIsTerminal, columns, rows}: TerminalFacts, env: Environment): Finding {
  const base = {id: 'terminal', title: 'Terminal'}
  if (!inputIsTerminal || !outputIsTerminal) {
    const missing = [...(inputIsTerminal ? [] : ['input']), ...(outputIsTerminal ? [] : ['output'])]
    return {
      ...base,
      state: 'skipped',
      detail: `standard ${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} no terminal: nothing is asked, answers are plain text`,
    }
  }
  const name = env['TERM'] ?? 'unknown'
  if (name === 'dumb')
    return {
      ...base,
      state: 'warning',
      detail: 'TERM is dumb: no colours and no repainting',
      mend: 'export TERM=xterm-256color, if yours is one',
    }
  if (!columns || !rows)
    return {
      ...base,
      state: 'warning',
      detail: `${name} says that it has ${columns ?? 0} columns and ${rows ?? 0} rows`,
      mend: 'stty columns 80 rows 24',
    }
  const detail = `${name}, ${columns} columns, ${rows} rows`
  return columns < NARROW
    ? {...base, state: 'warning', detail, mend: `Make the window at least ${NARROW} columns wide`}
    : {...base, state: 'ok', detail}
}

/** LC_ALL beats LC_CTYPE beats LANG. */
function encodingFindings(env: Environment): Finding[] {
  const variable = ['LC_ALL', 'LC_CTYPE', 'LANG'].find((name) => env[name])
  const locale = variable === undefined ? undefined : env[variable]
  const base = {id: 'locale', title: 'Characters'}
  if (variable !== undefined && locale !== undefined && /utf-?8/i.test(locale))
    return [{...base, state: 'ok', detail: `UTF-8 (${variable}=${locale.slice(0, 40)})`}]
  const detail = variable === undefined ? 'no locale is set' : `${variable}=${(locale ?? '').slice(0, 40)} is not UTF-8`
  return [
    {
      ...base,
      state: 'warning',
      detail: `${detail}: other programs may show letters and lines wrongly`,
      mend: 'export LANG=C.UTF-8',
    },
  ]
}

function colourFinding({outputIsTerminal}: TerminalFacts, env: Environment): Finding {
  const base = {id: 'colours', title: 'Colours', state: 'ok' as const}
  if (env['NO_COLOR']) return {...base, detail: 'off (NO_COLOR)'}
  if (env['FORCE_COLOR'] !== undefined)
    return {...base, detail: `${/^(0|false)$/.test(env['FORCE_COLOR']) ? 'off' : 'on'} (FORCE_COLOR)`}
  return {...base, detail: outputIsTerminal && env['TERM'] !== 'dumb' ? 'on' : 'off'}
}

function multiplexerFindings(env: Environment): Finding[] {
  const name = env['TMUX'] ? 'tmux' : env['ZELLIJ'] ? 'Zellij' : env['STY'] ? 'GNU Screen' : undefined
  return name === undefined ? [] : [{id: 'multiplexer', title: 'Inside', state: 'ok', detail: name}]
}
