/** The rules of vibe itself, bundled by the build from src/providers/author-rules.ts. */
declare module '#vibe-rules' {
  type FoundFile = {path: string; stamp: {size: number; mtimeMs: number; ctimeMs: number}}

  /** @returns a sentence for each problem of a manifest */
  export function manifestProblems(json: unknown, mode: 'strict' | 'tolerant'): string[]
  /** The package that alone may offer an id; undefined for an id that anyone may offer. */
  export function ownerOf(id: string): string | undefined
  /** The package whose id another id looks like. */
  export function imitatedOwner(id: string): string | undefined
  /** Whether a name belongs to a part of vibe that no plugin may replace. */
  export function isOwnPart(name: string): boolean
  /** @returns puts back what has been changed of the globals since, and says what that was */
  export function watchGlobals(): () => {language: string[]; process: string[]}
  /** The `vibe` member of package.json: undefined when there is none, a sentence when it is wrong. */
  export function headerOf(plugin: {
    name: string
    pjson: unknown
  }): {apiVersion: number; providers: string[]} | string | undefined
  /** @returns a sentence instead when the file is missing, no file, or outside the package */
  export function findInPackage(root: string, relative: string): FoundFile | string
  export function readJsonFile(file: FoundFile, relative: string): {json: unknown} | string
  export function checkSettings(
    schema: object,
    given: Readonly<Record<string, unknown>>,
  ): {
    settings: {[name: string]: string | number | boolean | null | string[]}
    problems: Array<{key: string; message: string}>
  }
}
