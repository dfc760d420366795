import { expect, test } from 'vitest'
import { flowOf } from '../../src/advisor/flows.ts'
import { policyIds } from '../../src/advisor/policies/index.ts'
import { advisorCode } from '../../src/http/pages/advisor-code.ts'
import { clientCode } from '../../src/http/pages/client-code.ts'
import { toDocument } from '../../src/http/pages/html.ts'
import { adviceFor, inputs } from '../advisor/samples.ts'
import { jobClient } from './clients.ts'

const answered = inputs.map(input => adviceFor(Object.fromEntries(Object.entries(input))))

test.each(policyIds)('%s: each of the 768 answers shows code for its flow, or says why there is none', policy => {
  const stacks: Record<string, Set<number>> = {}
  for (const { [policy]: result } of answered) {
    const shown = advisorCode(result, { issuer: 'https://id.example.com' })
    if (flowOf(result.flow).token_endpoint_auth_method === null) {
      expect(shown).toBe(false)
      continue
    }
    const page = toDocument(shown || expect.fail(result.flow))
    const { length } = page.match(/<details /g) ?? []
    stacks[result.flow] = (stacks[result.flow] ?? new Set()).add(length)
    expect(page).toContain('Code for it')
    if (length > 0) expect(page).toContain('It runs in the tests')
    else expect(page.match(/<p>[^<]{20}/g), result.flow).toHaveLength(1)
    expect(page).not.toMatch(/CLIENT_SECRET=|the-secret/)
  }
  const without = Object.entries(stacks).filter(([, lengths]) => lengths.has(0))
  expect(without.map(([flow]) => flow).filter(it => !['implicit+silent', 'ciba_or_none'].includes(it))).toEqual([])
})

test.each([
  ['private_key_jwt', 'Name the file of its key in a file', 'PRIVATE_KEY_FILE=private.pem'],
  ['client_secret_basic', 'Put the secret that was shown once into a file', 'CLIENT_SECRET=the-secret-that-was'],
] as const)('a client by %s is told what belongs into the .env', (method, says, setting) => {
  const page = toDocument(clientCode(jobClient('job', method), 'client_credentials', { issuer: 'https://id.example' }))
  expect(page).toContain(says)
  expect(page).toContain(setting)
})
