import {answers} from './answers.ts'
import {behaviour} from './behaviour.ts'
import {brokenStreams} from './broken-streams.ts'
import {cancelling} from './cancelling.ts'
import {connecting} from './connecting.ts'
import {errors} from './errors.ts'
import {eventStream} from './event-stream.ts'
import {identity} from './identity.ts'
import {pulling} from './pulling.ts'
import {requestBody} from './request-body.ts'
import {requestOptions} from './request-options.ts'
import type {Scenario} from './scenario.ts'
import {service} from './service.ts'
import {toolForms} from './tool-forms.ts'
import {tools} from './tools.ts'
import {usage} from './usage.ts'

/** Everything that the replay leg tries, in the order of the report. */
export const scenarios: readonly Scenario[] = [
  ...answers,
  ...eventStream,
  ...requestBody,
  ...requestOptions,
  ...tools,
  ...toolForms,
  ...usage,
  ...errors,
  ...brokenStreams,
  ...cancelling,
  ...identity,
  ...behaviour,
  ...service,
  ...connecting,
  ...pulling,
]
