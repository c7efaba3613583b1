import type {Warning} from 'vibe-plugin-api'
import {assembleRequest} from '../context/assemble.ts'
import {costOf} from '../providers/price.ts'
import {streamChat} from '../providers/stream.ts'
import {addUsage, createAnswerCollector, type Answer} from './answer.ts'
import type {Run, TurnOptions} from './turn-options.ts'

/** One request and its whole answer: shown as it comes, accounted, and in the history before it returns. */
export async function askModel(options: TurnOptions, run: Run): Promise<Answer> {
  const {opened, conversation} = options
  const collector = createAnswerCollector()
  const request = assembleRequest({
    model: options.model,
    system: options.system,
    messages: conversation.messages,
    tools: options.tools,
    temperature: opened.instance.temperature,
    maxOutputTokens: opened.instance.maxTokens,
    responseSchema: options.responseSchema,
  })
  try {
    const onWarning = ({message}: Warning) => run.emit({type: 'notice', message})
    for await (const event of streamChat({opened, request, signal: options.signal, onWarning})) {
      if (event.type === 'text-delta') run.emit({type: 'text', delta: event.text})
      else if (event.type === 'reasoning-delta') run.emit({type: 'reasoning', delta: event.text})
      if (event.type === 'response-start') event.warnings.forEach(onWarning)
      if (event.type === 'retry') run.emit(event)
      else collector.add(event)
    }
  } catch (error) {
    keepPartial(collector.take(), options, run)
    throw error
  }
  return account(collector.take(), options, run)
}

function account(answer: Answer, options: TurnOptions, run: Run): Answer {
  const costUsd = costOf(answer.usage, options.price)
  spend(costUsd, options, run)
  run.progress.usage = addUsage(run.progress.usage, answer.usage)
  options.conversation.addAnswer(answer, {provider: options.opened.instance.name, model: options.model, costUsd})
  run.emit({type: 'usage', usage: answer.usage, ...(costUsd === undefined ? {} : {costUsd})})
  return answer
}

/** What came before an interruption stays in the history; calls that never ran get a result that says so. */
function keepPartial(answer: Answer, options: TurnOptions, run: Run): void {
  spend(undefined, options, run)
  // What a broken request used is unknown, and with it the sum.
  run.progress.usage = {}
  run.progress.text = answer.text
  if (answer.content.length === 0) return
  const partial = {...answer, content: answer.content.filter((part) => part.type === 'text')}
  if (partial.content.length === 0) return
  options.conversation.addAnswer(partial, {
    provider: options.opened.instance.name,
    model: options.model,
    costUsd: undefined,
  })
}

function spend(costUsd: number | undefined, options: TurnOptions, run: Run): void {
  options.budget.cost.add(costUsd)
  run.progress.cost.add(costUsd)
}
