import {validateStrict, validateTolerant} from '../schema/provider-manifest.validator.cjs'
import {problemSentences} from './manifest-problems.ts'
import {ruleProblems} from './manifest-rules.ts'
import {shapeProblem} from './manifest-shape.ts'
import type {ProviderManifest} from './types.ts'

/**
 * Checks a parsed manifest by its schema and by the rules that no schema can state.
 * @returns a sentence for each problem; with none, the value is a ProviderManifest
 */
export function manifestProblems(json: unknown, mode: 'strict' | 'tolerant'): string[] {
  const shape = shapeProblem(json)
  if (shape !== undefined) return [`the manifest ${shape}`]
  const validate = mode === 'strict' ? validateStrict : validateTolerant
  if (!validate(json)) return problemSentences(validate.errors ?? [])
  return ruleProblems(json as ProviderManifest)
}
