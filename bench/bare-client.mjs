/* The floor: what Node itself needs to send the same request, read the stream, and run the commands it is asked for. */
import {spawnSync} from 'node:child_process'

const {request} = process.getBuiltinModule('node:http')

function ask(body) {
  return new Promise((resolve, reject) => {
    const headers = {'content-type': 'application/json'}
    const outgoing = request(`${process.argv[2]}/chat/completions`, {method: 'POST', headers}, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk) => (text += chunk))
      response.on('end', () => resolve(text))
    })
    outgoing.on('error', reject)
    outgoing.end(JSON.stringify(body))
  })
}

const messages = [{role: 'user', content: 'go'}]
for (;;) {
  const events = (await ask({model: 'scripted', stream: true, messages})).matchAll(/^data: (\{.*)$/gm)
  let answer = ''
  let call = ''
  for (const [, json] of events) {
    const delta = JSON.parse(json).choices[0]?.delta ?? {}
    answer += delta.content ?? ''
    for (const part of delta.tool_calls ?? []) call += part.function.arguments
  }
  if (call === '') {
    process.stdout.write(`${answer}\n`)
    break
  }
  const {stdout} = spawnSync('bash', ['--noprofile', '--norc', '-c', JSON.parse(call).command])
  messages.push({role: 'tool', content: stdout.toString()})
}
