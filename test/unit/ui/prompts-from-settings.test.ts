import {expect} from 'chai'
import {askSettings, questionsOf} from '../../../src/ui/prompts-from-settings.ts'
import type {ProviderManifest} from '../../../src/providers/types.ts'

const SETTINGS: ProviderManifest['settings'] = {
  type: 'object',
  additionalProperties: false,
  required: ['region', 'size'],
  properties: {
    size: {type: 'integer', description: 'Size', default: 4},
    region: {type: 'string', description: 'Region', enum: ['eu', 'us'], 'x-vibe': {order: 2}},
    project: {type: 'string', description: 'Project', 'x-vibe': {order: 1}},
    deep: {type: 'boolean', description: 'Deep', 'x-vibe': {advanced: true, order: 3}},
  },
}

describe('questions from a manifest', () => {
  it('are only about what is required and has no default', () => {
    expect(questionsOf(SETTINGS, {env: {}}).map(([name]) => name)).to.deep.equal(['region'])
  })
  it('are about everything, in the order of the manifest, when advanced ones are asked for', () => {
    const names = questionsOf(SETTINGS, {env: {}, advanced: true}).map(([name]) => name)
    expect(names).to.deep.equal(['project', 'region', 'deep', 'size'])
  })
  it('leave out what is given', async () => {
    expect(questionsOf(SETTINGS, {env: {}, given: {region: 'eu'}})).to.deep.equal([])
    expect(await askSettings(SETTINGS, {env: {}, given: {region: 'eu'}})).to.deep.equal({region: 'eu'})
  })
})
