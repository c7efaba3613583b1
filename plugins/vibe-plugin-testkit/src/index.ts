/** The conformance kit for provider plugins. */
export {startScriptedServer} from './scripted-server.ts'
export type {Answer, RecordedRequest, Reply, ScriptedServer, Step} from './scripted-server.ts'
export type {ScriptedAnswer} from './scripted-answer.ts'
export {grammarViolations} from './grammar.ts'
export {jsonReply, pieces, sseEvent, sseReply} from './protocols/sse.ts'
export {openaiChatJson, openaiChatReply} from './protocols/openai-chat.ts'
export {openaiResponsesReply} from './protocols/openai-responses.ts'
export {anthropicReply} from './protocols/anthropic-messages.ts'
