import type {PackageName} from './package-name.ts'
import {titleOf} from './scaffold-manifest.ts'

export type ReadmeFacts = {name: PackageName; manifest: object; hasCode: boolean}

/** What the users of a new provider and its author need to know. */
export function readmeText({name: {id, name}, manifest, hasCode}: ReadmeFacts): string {
  const {endpoint, auth} = manifest as {endpoint: {default: string; env: string[]}; auth: Array<{env?: string[]}>}
  const variable = auth.find((method) => method.env !== undefined)?.env?.[0]
  const key = variable === undefined ? 'It needs no key.' : `Its key is read from \`${variable}\`.`
  return `# ${name}

${titleOf(id)} for [vibe](https://www.npmjs.com/package/vibe-coder).

\`\`\`sh
vibe plugins install ${name}
vibe provider:add ${id} --type ${id}
vibe chat --provider ${id}
\`\`\`

The service is asked at \`${endpoint.default}\`; another address goes into \`${endpoint.env[0]}\` or \`--endpoint\`. ${key}

## Work on it

\`\`\`sh
npm install
npm test
vibe plugins link .
\`\`\`

\`vibe.provider.json\` says what the service is and can.${hasCode ? CODE : DATA} \`npx vibe-provider-check .\` holds the package to the contract.
`
}

const DATA = ' A plugin that speaks its protocol does the talking: this package has no code.'
const CODE =
  ' `src/index.js` is the way in, `src/request.js` writes what the service is asked, `src/answer.js` reads what it says. Nothing has to be built.'
