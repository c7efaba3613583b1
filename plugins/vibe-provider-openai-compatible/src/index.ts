/** vibe's provider for any OpenAI-compatible endpoint. */
export {createProvider} from './provider.ts'
