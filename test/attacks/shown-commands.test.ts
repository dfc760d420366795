import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { commandOf } from '../../src/http/pages/advisor-register.ts'
import { commandOf as changeCommandOf } from '../../src/http/pages/change-command.ts'
import { adviceFor, usual } from '../advisor/samples.ts'

/** What a shell makes of a command: the words that each program of it is given. */
function wordsOf(command: string): readonly string[] {
  const told = `npx() { printf '%s\\n' "$@" >&2; }\n${command}\n`
  return execFileSync('sh', ['-c', `{ ${told} } 2>&1 >/dev/null`], { encoding: 'utf8' }).split('\n')
}

const hostile = [
  'https://a.example/;id',
  'https://a.example/$(id)',
  "https://a.example/'`id`'",
  'https://a.example/?a=b&c=d',
]

test.each(hostile)('DESIGN §5 rule 7: the name of an API is one word of the command that is shown: %s', audience => {
  const result = adviceFor({ ...usual, acts_for: 'self' })['best-practice']
  const words = wordsOf(commandOf(result, audience))
  expect(words[words.indexOf('--audience') + 1]).toBe(audience)
})

test('and so is the id of a client', () => {
  const words = wordsOf(changeCommandOf('tool;id', adviceFor({ ...usual })['best-practice']))
  expect(words).toContain('tool;id')
})
