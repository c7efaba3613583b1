/** @returns whether a model of OpenAI thinks before it answers, by its name; such models refuse a temperature */
export function isReasoningModel(model: string): boolean {
  const name = model.replace(/^ft:/, '')
  return /^(o\d|codex-|gpt-([5-9]|\d\d))/.test(name) && !/-chat(-|$)/.test(name)
}
