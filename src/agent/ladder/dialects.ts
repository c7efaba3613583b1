import type {Dialect} from '../../providers/ladder/dialect.ts'
import {jsonDialect} from '../../providers/ladder/json-dialect.ts'
import type {Rung} from '../../providers/ladder/rungs.ts'
import {searchReplaceDialect, wholeFileDialect} from './edit-dialects.ts'

/** How calls are written on each rung but the first, where the service has its own way. */
export const DIALECTS: Record<Exclude<Rung, 'native'>, Dialect> = {
  json: jsonDialect,
  'search-replace': searchReplaceDialect,
  'whole-file': wholeFileDialect,
}
