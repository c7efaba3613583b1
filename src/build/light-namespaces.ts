const HELPER = /var __toESM = \(mod, isNodeMode, target\) => \([^]*?\n\)\);\n/

/**
 * What a module of ours imports from CommonJS reads its names from the module itself. esbuild copies every name instead, for
 * each importing file anew: a hundred names of `node:fs` sixty times at each start, which takes longer than reading all
 * configuration.
 */
const LIGHT = `var __toESM = (mod, isNodeMode, target) => {
  if (isNodeMode && mod && /^(object|function)$/.test(typeof mod))
    return __create(mod, { default: { value: mod, enumerable: true } });
  target = mod != null ? __create(__getProtoOf(mod)) : {};
  return __copyProps(
    isNodeMode || !mod || !mod.__esModule ? __defProp(target, "default", { value: mod, enumerable: true }) : target,
    mod
  );
};
`

/**
 * @param text a file as esbuild wrote it
 * @throws Error when esbuild writes its helper in another way
 */
export function lightNamespaces(text: string): string {
  if (!text.includes('var __toESM = ')) return text
  if (!HELPER.test(text)) throw new Error('esbuild writes __toESM in another way: see light-namespaces.ts')
  return text.replace(HELPER, LIGHT)
}
