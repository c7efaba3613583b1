import {expect} from 'chai'
import {spawnSync} from 'node:child_process'
import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as wait} from 'node:timers/promises'
import {KEYS, startPty, type Pty} from '../support/pty.ts'
import {createSandbox, VIBE, type Sandbox} from '../support/sandbox.ts'

const TAB = '\t'
/** To the end of the line, the line away, the screen away. */
const CLEAR = '\x05\x15\x0c'
const LEFT = '\x1b[D'
const PROMPT = 'ready>'

const CONFIG = {
  currentProvider: 'work',
  providers: {
    work: {type: 'openai', credential: {env: 'WORK_KEY'}},
    llama: {
      type: 'openai-compatible',
      endpoint: 'http://127.0.0.1:9/v1',
      model: 'llama3.2:3b',
      credential: {none: true},
    },
    spaced: {
      type: 'openai-compatible',
      endpoint: 'http://127.0.0.1:9/v1',
      model: 'my own model',
      credential: {none: true},
    },
    hostile: {
      type: 'openai-compatible',
      endpoint: 'http://127.0.0.1:9/v1',
      model: '$(touch HACKED)`touch HACKED`',
      credential: {none: true},
    },
    routed: {
      type: 'openai-compatible',
      endpoint: 'http://127.0.0.1:9/v1',
      model: 'qwen/qwen3:free',
      credential: {none: true},
    },
  },
}

type ShellUnderTest = {name: string; start: (rc: string) => string[]; rc: string[]}

const SHELLS: ShellUnderTest[] = [
  {
    name: 'bash',
    start: (rc) => ['--noprofile', '--rcfile', rc, '-i'],
    rc: [`PS1='${PROMPT}'`, 'bind "set enable-bracketed-paste off"', 'eval "$(vibe completion bash)"'],
  },
  {
    name: 'zsh',
    // zsh reads its own start file only.
    start: () => ['-d', '-i'],
    rc: [
      `PROMPT='${PROMPT}'`,
      'bindkey -e',
      'unsetopt zle_bracketed_paste',
      'autoload -Uz compinit && compinit -u',
      'eval "$(vibe completion zsh)"',
    ],
  },
  {
    name: 'fish',
    start: (rc) => ['--no-config', '-i', '-C', `source ${rc}`],
    rc: [
      `function fish_prompt; echo -n '${PROMPT}'; end`,
      'function fish_greeting; end',
      'vibe completion fish | source',
    ],
  },
]

for (const shell of SHELLS) {
  describe(`completion in ${shell.name}`, function () {
    this.timeout(60_000)
    // CI installs them first, so that there a missing shell is a failure.
    if (spawnSync(shell.name, ['--version']).error && process.env['CI'] !== 'true') {
      it.skip(`completes what is typed (skipped: no ${shell.name} here)`)
      return
    }
    let box: Sandbox
    let pty: Pty
    before(async () => {
      box = createSandbox()
      pty = await startShell(shell, box)
    })
    after(() => {
      pty.close()
      box.remove()
    })

    /** Types a line with TABs in it into a fresh prompt. @returns the screen, as soon as it shows what is expected */
    const typed = async (keys: string, expected: string | RegExp) => {
      pty.type(CLEAR)
      await wait(100)
      pty.type(keys)
      return pty.see(expected, 8_000)
    }

    it('completes a command, a topic and what is below it', async () => {
      expect(await typed(`vibe compl${TAB}`, 'vibe completion')).to.contain(PROMPT)
      expect(await typed(`vibe config expl${TAB}`, 'vibe config explain')).to.contain(PROMPT)
      expect(await typed(`vibe config:expl${TAB}`, 'vibe config:explain')).to.contain(PROMPT)
    })

    it('shows what each of several is', async () => {
      expect(await typed(`vibe config e${TAB}${TAB}`, /edit +\(?Open your config/)).to.contain(PROMPT)
      expect(await typed(`vibe chat --m${TAB}${TAB}`, /--max-cost +\(?Most US dollars/)).to.contain(PROMPT)
    })

    it('completes flags and their values, in both spellings', async () => {
      expect(await typed(`vibe chat --max-tu${TAB}`, 'vibe chat --max-turns')).to.contain(PROMPT)
      expect(await typed(`vibe chat --mode arch${TAB}`, 'vibe chat --mode architect')).to.contain(PROMPT)
      expect(await typed(`vibe chat --mode=arch${TAB}`, 'vibe chat --mode=architect')).to.contain(PROMPT)
      expect(await typed(`vibe chat --provider=lla${TAB}`, 'vibe chat --provider=llama')).to.contain(PROMPT)
      expect(await typed(`vibe chat -p rou${TAB}`, 'vibe chat -p routed')).to.contain(PROMPT)
    })

    it('completes model ids with colons and slashes', async () => {
      expect(await typed(`vibe chat -p llama --model llama3.2:${TAB}`, 'llama3.2:3b')).to.contain(PROMPT)
      expect(await typed(`vibe chat -p llama --model=lla${TAB}`, '--model=llama3.2:3b')).to.contain(PROMPT)
      expect(await typed(`vibe chat -p routed -m qwen/${TAB}`, '-m qwen/qwen3:free')).to.contain(PROMPT)
    })

    it('completes a setting and its value', async () => {
      expect(await typed(`vibe config set credentialS${TAB}`, 'vibe config set credentialStore')).to.contain(PROMPT)
      expect(await typed(`vibe config:set credentialStore keyc${TAB}`, 'credentialStore keychain')).to.contain(PROMPT)
      expect(await typed(`vibe config:get providers.llama.end${TAB}`, 'providers.llama.endpoint')).to.contain(PROMPT)
    })

    it('quotes a value with blanks so that it is one word', async () => {
      expect(
        await typed(`vibe chat -p spaced -m my${TAB}`, /-m (my\\ own\\ model|'my own model'|"my own model")/),
      ).to.contain(PROMPT)
      expect(await typed(`vibe chat -p spaced -m 'my${TAB}`, /-m 'my own model'/)).to.contain(PROMPT)
    })

    it('completes in the middle of a line, where what follows counts too', async () => {
      const tail = ' --provider llama'
      const text = await typed(`vibe chat --model lla${tail}${LEFT.repeat(tail.length)}${TAB}`, 'llama3.2:3b')
      expect(text).to.contain(' --provider llama')
    })

    it('completes the names of files where a file is meant', async () => {
      expect(await typed(`vibe chat --file some${TAB}`, /--file some(\\ file|thing)/)).to.contain(PROMPT)
      expect(await typed(`vibe chat --read=notes${TAB}`, '--read=notes.txt')).to.contain(PROMPT)
    })

    it('inserts hostile text as text', async () => {
      expect(await typed(`vibe chat -p hostile -m '$(${TAB}`, 'touch HACKED')).to.contain(PROMPT)
      expect(await typed(`vibe chat -p hostile -m ${TAB}`, 'touch')).to.contain(PROMPT)
      pty.type(KEYS.controlC)
      await wait(200)
      pty.type(`${CLEAR}ls${KEYS.enter}`)
      const text = await pty.see('notes.txt')
      expect(text).not.to.match(/^HACKED/m)
    })

    it('says nothing when the configuration is damaged', async () => {
      const file = join(box.home, '.config/vibe-coder/config.json')
      writeFileSync(file, '{"currentProvider": ')
      expect(await typed(`vibe chat --provider wo${TAB}`, '--provider wo')).to.contain(PROMPT)
      await wait(1_000)
      const line =
        pty
          .text()
          .split('\n')
          .findLast((each) => each.includes(PROMPT)) ?? ''
      expect(line.trim()).to.equal(`${PROMPT}vibe chat --provider wo`)
      writeFileSync(file, JSON.stringify(CONFIG))
    })
  })
}

async function startShell(shell: ShellUnderTest, box: Sandbox): Promise<Pty> {
  const folder = join(box.home, 'bin')
  mkdirSync(folder)
  symlinkSync(VIBE, join(folder, 'vibe'))
  mkdirSync(join(box.home, '.config/vibe-coder'), {recursive: true})
  writeFileSync(join(box.home, '.config/vibe-coder/config.json'), JSON.stringify(CONFIG), {mode: 0o600})
  writeFileSync(join(box.project, 'something'), '')
  writeFileSync(join(box.project, 'notes.txt'), '')
  const rc = join(box.home, shell.name === 'zsh' ? '.zshrc' : `rc.${shell.name}`)
  writeFileSync(rc, `${shell.rc.join('\n')}\n`)
  const env = {...box.env, PATH: `${folder}:${box.env['PATH']}`, NODE_NO_WARNINGS: '1'}
  const pty = startPty(shell.name, shell.start(rc), {cwd: box.project, env, columns: 100, rows: 40})
  await pty.see(PROMPT)
  return pty
}
