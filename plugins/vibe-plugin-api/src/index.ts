/** The provider contract: everything a provider plugin may depend on. */
export {API_VERSION} from './contract.ts'
export type * from './contract.ts'
export type * from './chat.ts'
export {ProviderError, isProviderError, classifyStatus, parseRetryAfter} from './errors.ts'
export type {ProviderErrorCode, ProviderErrorShape} from './errors.ts'
