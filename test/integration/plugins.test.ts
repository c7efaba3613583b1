import {expect} from 'chai'
import {startChatService, type ChatService} from '../support/chat-service.ts'
import {BAD_CODE, BAD_PACKAGES} from '../support/bad-plugins.ts'
import type {ProgramRun} from '../support/program.ts'
import {createSandbox, type Sandbox} from '../support/sandbox.ts'
import {installPlugins} from '../support/user-plugins.ts'

/** How much longer a command may take because of a bad plugin, in milliseconds. */
const SLACK_MS = 300

describe('beside a plugin of the user that', function () {
  this.timeout(60_000)
  let service: ChatService
  let usual: Record<string, number>
  const env = () => ({VIBE_CODER_ENDPOINT: `${service.url}/v1`, VIBE_CODER_MODEL: 'alpha'})
  const commands: Record<string, {args: string[]; stdout: RegExp}> = {
    '--version': {args: ['--version'], stdout: /^vibe-coder\/\S+ .*\n$/},
    plugins: {args: ['plugins'], stdout: /^/},
    'provider:list': {args: ['provider:list'], stdout: /\benv\b.*openai-compatible/},
    run: {args: ['run', 'hello'], stdout: /^ready\n$/},
  }

  async function timed(box: Sandbox, args: readonly string[]): Promise<ProgramRun & {ms: number}> {
    const started = performance.now()
    const run = await box.vibe(args, {env: env()})
    return {...run, ms: performance.now() - started}
  }

  before(async () => {
    service = await startChatService()
    const box = createSandbox()
    usual = {}
    for (const [name, {args}] of Object.entries(commands)) {
      const runs = [await timed(box, args), await timed(box, args)]
      usual[name] = Math.min(...runs.map(({ms}) => ms))
    }
    box.remove()
  })
  after(() => service.close())

  for (const {that, plugin, costs} of [...BAD_PACKAGES, ...BAD_CODE]) {
    it(`${that}, everything else works as fast as before, and it can be removed`, async () => {
      const box = createSandbox()
      installPlugins(box.home, [plugin])
      for (const [name, {args, stdout}] of Object.entries(commands)) {
        let run = await timed(box, args)
        // A busy machine is no fault of the plugin's.
        if (run.ms > (usual[name] ?? 0) + SLACK_MS) run = await timed(box, args)
        expect(run.code, `${name}: ${run.stderr}`).to.equal(0)
        expect(run.stdout, name)
          .to.match(stdout)
          .and.not.match(/^(shadow|hooked|welcome.*)$/m)
        const said = run.stderr.split('\n').filter((line) => line.startsWith('vibe: '))
        expect(said.length, `${name}: ${run.stderr}`).to.equal(costs === undefined || name === '--version' ? 0 : 1)
        if (costs && said[0] !== undefined) expect(said[0]).to.match(costs)
        expect(run.ms, name).to.be.below((usual[name] ?? 0) + SLACK_MS)
      }
      const removed = await box.vibe(['plugins', 'uninstall', plugin.name])
      expect(removed.code, removed.stderr).to.equal(0)
      expect((await box.vibe(['plugins'])).stdout).to.not.include(plugin.name)
      box.remove()
    })
  }
})
