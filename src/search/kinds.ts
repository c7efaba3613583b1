/** What a file is for: searches prefer the sources that people write. */
export type FileKind = 'source' | 'test' | 'generated' | 'vendored' | 'prose' | 'data'

export const KINDS: readonly FileKind[] = ['source', 'test', 'generated', 'vendored', 'prose', 'data']

const VENDORED = /(^|\/)(vendor|vendored|third[_-]?party|node_modules|bower_components|Pods|deps\/[^/]+\/src)\//i
const GENERATED =
  /(^|\/)(dist|generated|__generated__|__snapshots__|gen)\/|\.(min|bundle)\.(js|css)$|\.(pb|generated|g)\.\w+$|_pb2(_grpc)?\.pyi?$|\.(snap|lock|map)$|(^|\/)(package-lock\.json|pnpm-lock\.yaml|yarn\.lock|go\.sum|CHANGELOG[^/]*)$/i
const TEST =
  /(^|\/)(tests?|testing|specs?|__tests__|__mocks__|e2e|fixtures?|testdata|playground|benchmarks?)\/|[._-](test|spec|e2e|bench)\.\w+$|(^|\/)(test_[^/]*|[^/]*_test|conftest)\.\w+$|[a-z0-9](Test|Tests|Spec)\.\w+$/
const PROSE = /\.(md|mdx|rst|txt|adoc|org|tex|html?|po|pot)$|(^|\/)docs?\//i
const DATA = /\.(json5?|jsonl|ya?ml|toml|csv|tsv|xml|svg|ini|cfg|conf|properties|plist|lock)$/i

/** @param path relative to the project, with forward slashes */
export function kindOf(path: string): FileKind {
  if (VENDORED.test(path)) return 'vendored'
  if (GENERATED.test(path)) return 'generated'
  if (TEST.test(path)) return 'test'
  if (PROSE.test(path)) return 'prose'
  return DATA.test(path) ? 'data' : 'source'
}
