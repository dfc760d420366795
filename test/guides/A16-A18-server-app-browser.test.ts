import { expect, test } from 'vitest'
import { useStage } from '../support/stage.ts'
import { userinfo } from '../support/token.ts'
import { signInAt } from '../support/visit.ts'

const stage = useStage()

test('A16: a web app on a server signs somebody in while scripts are off', async () => {
  await stage.visit({ javaScriptEnabled: false }, async ({ page }) => {
    await page.goto(stage.login())
    await signInAt(page, stage.front)
    await page.getByRole('heading', { name: 'Signed in as Alice' }).waitFor()
  })
})

test('A18: nothing that the browser sends, is sent or keeps has the access token', async () => {
  await stage.visit({}, async ({ page, context }) => {
    const seen: Promise<string>[] = []
    context.on('request', request => {
      seen.push(request.allHeaders().then(it => JSON.stringify([request.url(), request.postData(), it])))
    })
    context.on('response', response => {
      const body = response.text().catch(() => '')
      seen.push(Promise.all([response.allHeaders(), body]).then(it => JSON.stringify(it)))
    })
    await page.goto(stage.login())
    await signInAt(page, stage.front)
    await page.getByRole('heading', { name: 'Signed in as Alice' }).waitFor()
    const { access_token = '', code = '' } = stage.lastAnswer ?? {}
    expect((await userinfo(stage.server.issuer, access_token)).status).toBe(200)
    const kept = JSON.stringify(await context.storageState({ indexedDB: true }))
    const everything = [...(await Promise.all(seen)), kept, await page.content()].join('\n')
    // What does pass through it is found.
    expect(everything).toContain(code)
    const [, claims = '-', signature = '-'] = access_token.split('.')
    for (const part of [access_token, claims, signature]) expect(everything).not.toContain(part)
  })
})
