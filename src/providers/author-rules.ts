/**
 * What vibe demands of a provider's package, for the conformance kit: the build bundles this into it, so that what an
 * author is told is what vibe will say.
 */
export {manifestProblems} from './manifest-check.ts'
export {imitatedOwner, isOwnPart, ownerOf} from './plugin-facts.ts'
export {watchGlobals} from './foreign-globals.ts'
export {headerOf} from './plugin-header.ts'
export {findInPackage, readJsonFile} from './package-file.ts'
export {checkSettings} from './settings.ts'
