/** Providers of ours that are not shipped, by the id that people know them under. */
const PACKAGES: Readonly<Record<string, string>> = {
  ollama: 'vibe-provider-ollama',
  lmstudio: 'vibe-provider-lmstudio',
  openai: 'vibe-provider-openai',
  anthropic: 'vibe-provider-anthropic',
  'openai-compatible': 'vibe-provider-openai-compatible',
}

export function knownPackages(): string[] {
  return [...new Set(Object.values(PACKAGES))]
}

/** The package that offers a provider id. */
export function packageFor(id: string): string | undefined {
  return Object.hasOwn(PACKAGES, id) ? PACKAGES[id] : undefined
}
