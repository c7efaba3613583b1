import {answers} from './answers.ts'
import {behaviour} from './behaviour.ts'
import {brokenStreams} from './broken-streams.ts'
import {cancelling} from './cancelling.ts'
import {errors} from './errors.ts'
import {identity} from './identity.ts'
import {pulling} from './pulling.ts'
import type {Scenario} from './scenario.ts'
import {service} from './service.ts'
import {tools} from './tools.ts'
import {usage} from './usage.ts'

/** Everything that the replay leg tries, in the order of the report. */
export const scenarios: readonly Scenario[] = [
  ...answers,
  ...tools,
  ...usage,
  ...errors,
  ...brokenStreams,
  ...cancelling,
  ...identity,
  ...behaviour,
  ...service,
  ...pulling,
]
