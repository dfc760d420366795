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
  const words = wordsOf(commandOf(result, { audiences: [audience] }))
  expect(words[words.indexOf('--audience') + 1]).toBe(audience)
})

test('and so is the id of a client', () => {
  const words = wordsOf(changeCommandOf('tool;id', adviceFor({ ...usual })['best-practice']))
  expect(words).toContain('tool;id')
})

/** What somebody may type, by the flag that it stands behind. */
const typed = (text: string) => ({
  redirect_uris: [text, 'https://app.example.com/callback'],
  audiences: [text],
  network: { cidrs: ['10.0.0.0/8', text], text },
  federated: { issuer: text, subject: text },
})
const api = (text: string) => ({ audience: text, name: text, scopes: [text, 'a A'], user_scopes: [text] })

test.each([...hostile, "$(id) `id` ; it's", '"; id "', 'two words', '--yes', ''])(
  'and so is all that was typed: %j',
  text => {
    const result = adviceFor({ ...usual })['best-practice']
    const commands = [
      commandOf(result, { client_name: text, ...typed(text), api: api(text) }),
      changeCommandOf('tool', result, typed(text)),
    ]
    for (const [at, command] of commands.entries()) {
      const words = wordsOf(command)
      const after = (flag: string) => words.flatMap((word, index) => (word === flag ? [words[index + 1]] : []))
      if (at === 0) {
        for (const flag of ['--name', '--new-api', '--new-api-name', '--new-api-user-scope'])
          expect(after(flag), flag).toEqual([text])
        expect(after('--new-api-scope')).toEqual([text, 'a A'])
      }
      expect(after('--redirect-uri')).toEqual([text, 'https://app.example.com/callback'])
      expect(after('--audience')).toEqual([text])
      expect(after('--network')).toEqual(['10.0.0.0/8', text])
      for (const flag of ['--network-name', '--federated-issuer', '--federated-subject'])
        expect(after(flag), flag).toEqual([text])
    }
  },
)
