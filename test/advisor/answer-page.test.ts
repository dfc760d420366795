import { describe, expect, test } from 'vitest'
import { advise } from '../../src/advisor/advise.ts'
import { flows } from '../../src/advisor/flows.ts'
import { policyIds } from '../../src/advisor/policies/index.ts'
import { offered } from '../../src/cli/offered.ts'
import { advisorPage } from '../../src/http/pages/advisor.ts'
import { untouched } from '../../src/http/pages/advisor-state.ts'
import { adviceFor, inputs, usual } from './samples.ts'

const site = { issuer: 'http://127.0.0.1:4000' }
const some = [{ ...usual }, ...inputs.filter((_, index) => index % 97 === 0).map(input => ({ ...input }))]

describe('the page of an answer', () => {
  test('lists its parts at the top: each of them, and none that is not there', () => {
    for (const answers of some) {
      const [page] = shown(answers)
      const [, list = ''] = /<nav class="contents" aria-label="On this page">(.*?)<\/nav>/s.exec(page) ?? []
      const listed = [...list.matchAll(/<a href="#([^"]+)">[^<]+<\/a>/g)].map(([, id]) => id)
      const [, , below = ''] = page.split(/(<nav class="contents".*?<\/nav>)/s)
      const parts = [...below.matchAll(/<section[^>]*? aria-labelledby="([^"]+)"/g)].map(([, id]) => id)
      expect(listed.length).toBeGreaterThan(3)
      expect(listed).toEqual(parts.filter(id => id !== 'about'))
      for (const id of listed) expect(page).toContain(`<h2 id="${id}">`)
    }
  })

  test('names flows, and leaves their ids, which are spelled in two ways, to programs', () => {
    for (const answers of some)
      for (const policy of policyIds) {
        const [, text] = shown(answers, policy)
        for (const { id } of flows.filter(({ id }) => /[+:]|_pkce/.test(id)))
          expect(withoutCode(text)).not.toContain(id)
      }
  })

  test('says the reason, a warning and the sources of its own policy once', () => {
    for (const answers of some)
      for (const policy of policyIds) {
        const [, text] = shown(answers, policy)
        const { why, warnings } = adviceFor(answers)[policy]
        const others = policyIds.filter(id => id !== policy).map(id => adviceFor(answers)[id])
        expect(text.split(why).length - 1).toBe(1 + others.filter(it => it.why === why).length)
        for (const warning of warnings)
          expect(text.split(warning).length - 1).toBe(1 + others.filter(it => it.warnings[0] === warning).length)
        expect(text.match(/<ul class="sources">/g)).toHaveLength(policyIds.length)
      }
  })
})

/** The page, and what it says: without the JSON that says all of it to programs. */
function shown(
  answers: Readonly<Record<string, string>>,
  policy: (typeof policyIds)[number] = 'best-practice',
): readonly [string, string] {
  const page = advisorPage(advise({ answers }), { ...untouched, answers, policy }, offered, site)
  const [said = ''] = page.split('<pre class="json"')
  return [page, said.replaceAll('&quot;', '"').replaceAll('&amp;', '&').replaceAll('&lt;', '<')]
}

/** An apply file holds the id. */
function withoutCode(html: string): string {
  return html.replaceAll(/<pre.*?<\/pre>/gs, '')
}
