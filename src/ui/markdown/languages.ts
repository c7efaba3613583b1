/** Grammars that come with vibe, each in a file of its own: those of languages that people ask about. */
export const GRAMMARS: readonly string[] = (
  'ada apache arduino armasm awk bash c clojure cmake coffeescript cpp crystal csharp css d dart delphi diff django ' +
  'dockerfile dos elixir elm erb erlang excel fortran fsharp gherkin glsl go gradle graphql groovy haml handlebars ' +
  'haskell http ini java javascript json julia kotlin latex less lisp lua makefile markdown matlab nginx nim nix ' +
  'objectivec ocaml perl pgsql php plaintext powershell prolog properties protobuf python python-repl r reasonml ruby ' +
  'rust scala scheme scss shell smalltalk sql stylus swift tcl twig typescript vbnet verilog vhdl vim wasm wren x86asm ' +
  'xml yaml'
).split(' ')

const OTHER_NAMES: Readonly<Record<string, string>> = {
  asm: 'x86asm',
  bat: 'dos',
  'c++': 'cpp',
  cc: 'cpp',
  cjs: 'javascript',
  clj: 'clojure',
  cmd: 'dos',
  console: 'shell',
  cs: 'csharp',
  cts: 'typescript',
  docker: 'dockerfile',
  elisp: 'lisp',
  env: 'properties',
  erl: 'erlang',
  ex: 'elixir',
  exs: 'elixir',
  fish: 'bash',
  fs: 'fsharp',
  gql: 'graphql',
  golang: 'go',
  h: 'c',
  hbs: 'handlebars',
  hpp: 'cpp',
  hs: 'haskell',
  htm: 'xml',
  html: 'xml',
  jinja: 'django',
  jinja2: 'django',
  js: 'javascript',
  json5: 'json',
  jsonc: 'json',
  jsonl: 'json',
  jsx: 'javascript',
  kt: 'kotlin',
  kts: 'kotlin',
  make: 'makefile',
  md: 'markdown',
  mdx: 'markdown',
  mjs: 'javascript',
  ml: 'ocaml',
  mts: 'typescript',
  objc: 'objectivec',
  patch: 'diff',
  pl: 'perl',
  postgres: 'pgsql',
  postgresql: 'pgsql',
  proto: 'protobuf',
  ps1: 'powershell',
  pwsh: 'powershell',
  py: 'python',
  pycon: 'python-repl',
  python3: 'python',
  rb: 'ruby',
  rs: 'rust',
  sass: 'scss',
  sh: 'bash',
  'shell-session': 'shell',
  shellsession: 'shell',
  svelte: 'xml',
  svg: 'xml',
  tex: 'latex',
  toml: 'ini',
  ts: 'typescript',
  tsx: 'typescript',
  vb: 'vbnet',
  viml: 'vim',
  vue: 'xml',
  wat: 'wasm',
  yml: 'yaml',
  zsh: 'bash',
}

/** Other languages inside a language. */
const INSIDE: Readonly<Record<string, readonly string[]>> = {
  console: ['bash'],
  html: ['css', 'javascript'],
  jsx: ['xml'],
  php: ['xml'],
  shell: ['bash'],
  svelte: ['css', 'javascript'],
  tsx: ['xml'],
  vue: ['css', 'javascript'],
}

/** @returns the grammar for the word behind a fence and those it needs; undefined for an unknown language */
export function grammarFor(word: string): {name: string; others: readonly string[]} | undefined {
  const lower = word.toLowerCase()
  const name = Object.hasOwn(OTHER_NAMES, lower) ? OTHER_NAMES[lower] : lower
  if (name === undefined || !GRAMMARS.includes(name)) return undefined
  return {name, others: Object.hasOwn(INSIDE, lower) ? (INSIDE[lower] ?? []) : []}
}
