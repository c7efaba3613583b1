import {AgentCommand} from '../base-agent-command.ts'
import {demoExit, runDemo} from '../ui/demo.ts'

export default class Demo extends AgentCommand {
  static override summary = 'Watch the agent mend a failing test, with recorded answers'
  static override description =
    "Copies a small sample project to a temporary folder and works on it with the real tools. Needs no key and no network. Exits 0 only if the sample's tests went green."
  static override examples = ['<%= config.bin %> demo']

  override async run(): Promise<void> {
    await this.parse(Demo)
    const result = await runDemo(this.host(), {out: process.stdout, signal: this.interruption()})
    process.exitCode = demoExit(result)
  }
}
