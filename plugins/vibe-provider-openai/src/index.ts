/** vibe's provider for OpenAI: the Responses API and chat completions. */
export {createProvider} from './provider.ts'
