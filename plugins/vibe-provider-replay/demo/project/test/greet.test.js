import assert from 'node:assert/strict'
import {test} from 'node:test'
import {greet} from '../src/greet.js'

test('greets in the morning', () => {
  assert.equal(greet('Ada', 8), 'Good morning, Ada!')
})

test('greets at noon as in the afternoon', () => {
  assert.equal(greet('Ada', 12), 'Good afternoon, Ada!')
})

test('greets in the evening', () => {
  assert.equal(greet('Ada', 18), 'Good evening, Ada!')
})
