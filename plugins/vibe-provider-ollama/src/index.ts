/** vibe's provider for Ollama's own API. */
export {createProvider} from './provider.ts'
