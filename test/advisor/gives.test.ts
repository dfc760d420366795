import { expect, test } from 'vitest'
import { traitsOf } from '../../src/advisor/flow-table.ts'
import { flowOf } from '../../src/advisor/flows.ts'
import { givesOf } from '../../src/advisor/gives.ts'
import { adviceFor, inputs } from './samples.ts'

test('what a flow gives is one sentence, and says what the table says', () => {
  for (const input of inputs) {
    for (const result of Object.values(adviceFor({ ...input }))) {
      const said = givesOf(result)
      if (result.flow === 'none') {
        expect(said).toBeUndefined()
        continue
      }
      const { user_resources, requires_secret, refresh } = traitsOf(flowOf(result.flow))
      expect(said).toMatch(/^[^.]+\.$/)
      expect(/what a person lets it reach/.test(said ?? '')).toBe(user_resources)
      expect(/needs no secret/.test(said ?? '')).toBe(!requires_secret)
      expect(/ (?:gets|can ask for) a refresh token/.test(said ?? '')).toBe(refresh)
    }
  }
})
