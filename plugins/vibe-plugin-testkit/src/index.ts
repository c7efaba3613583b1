/** The conformance kit for provider plugins. */
export {startScriptedServer} from './scripted-server.ts'
export type {Answer, RecordedRequest, Reply, ScriptedServer, Step} from './scripted-server.ts'
export type {ScriptedAnswer} from './scripted-answer.ts'
export {grammarViolations} from './grammar.ts'
