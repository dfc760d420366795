import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { errorGroups, explain } from '../../src/advisor/explain/index.ts'
import { publicReasonOf, publicReasons, type ReasonId, reasons } from '../../src/core/reasons.ts'
import { openBrowser, verifier } from '../support/browser.ts'
import type { TestServer, TestServerOptions } from '../support/server.ts'
import { otherSecret, password, secret } from '../support/world.ts'
import { owed, producers } from './producers/index.ts'
import {
  linkedReasons,
  type Producer,
  revocations,
  type Seen,
  type Stage,
  signInHere,
  startStage,
  watch,
} from './stage.ts'

const all = Object.keys(reasons) as ReasonId[]
const references = new Set<string>()

let server: TestServer
let opened: TestServer[] = []

beforeAll(async () => {
  server = await startStage()
})
afterEach(async () => {
  await Promise.all(opened.map(it => it.close()))
  opened = []
})
afterAll(async () => {
  await server?.close()
})

test('every reason has a producer, and nothing else has', () => {
  expect([...Object.keys(producers), ...owed].sort()).toEqual([...all].sort())
})

test('a reason that a check refuses for is owed by nobody', () => {
  const written = sources().map(({ text }) => text)
  expect(owed.filter(reason => written.some(text => text.includes(`refused('${reason}'`)))).toEqual([])
})

describe('produced through the front door', () => {
  test.each(Object.entries(producers) as [ReasonId, Producer][])('%s', async (reason, produce) => {
    const seen: Seen = { reasons: new Set(), references: new Set() }
    const servers = [server]
    const stops = [watch(server, seen)]
    const before = count(revocations(server), reason)
    const stage: Stage = {
      server,
      issuer: server.issuer,
      async fresh(options: TestServerOptions = {}) {
        const another = await startStage(options)
        opened.push(another)
        servers.push(another)
        stops.push(watch(another, seen))
        return another
      },
    }

    const produced = await produce(stage)
    for (const stop of stops) stop()
    for (const reference of seen.references) references.add(reference)

    // What refuses is seen by journey or answer; what ends something, by the row that keeps why.
    const linked = linkedReasons(produced)
    const ended = count(servers.flatMap(revocations), reason) > before
    expect([...seen.reasons, ...linked, ...(ended ? [reason] : [])]).toContain(reason)
    // A stranger is led to the public reason only.
    const shared = publicReasonOf(reason)
    if (seen.reasons.has(reason)) expect([...new Set([...linked, shared])]).toEqual([shared])
  })
})

describe('every page', () => {
  test.each([...all, ...(Object.keys(publicReasons) as (keyof typeof publicReasons)[])])('/errors/%s', async id => {
    const page = await openBrowser().get(`${server.issuer}/errors/${id}`)
    const { title, happened, mend, rule, error } = explain(id)
    expect(page.status).toBe(200)
    for (const text of [title, happened, mend, rule, error, id]) expect(page.html).toContain(escaped(text))
  })

  test('stands in the index once, under a group', async () => {
    const { html } = await openBrowser().get(`${server.issuer}/errors`)
    const linked = linkedReasons(html)
    expect([...linked].sort()).toEqual([...all, ...Object.keys(publicReasons)].sort())
    expect(errorGroups.flatMap(({ ids }) => ids)).toHaveLength(linked.length)
    expect(Buffer.byteLength(html)).toBeLessThan(40_000)
  })

  test('no other name has one', async () => {
    for (const name of ['nothing', 'constructor', '__proto__', 'a/b', 'x'.repeat(300), '%3Cscript%3E']) {
      const page = await openBrowser().get(`${server.issuer}/errors/${name}`)
      expect([name, page.status]).toEqual([name, 404])
    }
  })
})

test('no detail of any refusal holds a secret, a password, a verifier or a token', async () => {
  const browser = await signInHere(server.issuer, 'root')
  let found = 0
  for (const reference of references) {
    const page = await browser.get(`${server.issuer}/errors/lookup?reference=${reference}`)
    if (page.status !== 200) continue
    found += 1
    for (const word of [secret, otherSecret, password, verifier]) expect(page.html).not.toContain(word)
    expect(page.html).not.toMatch(/[0-9a-v]{20}\.[A-Za-z0-9_-]{43}|eyJ[\w-]+\.[\w-]+/)
  }
  expect(found).toBeGreaterThan(60)
})

test('reasons that share a public one answer alike', () => {
  for (const reason of all) {
    const shared = reasons[reason].public
    if (shared === undefined) continue
    expect([reason, reasons[reason].error]).toEqual([reason, publicReasons[shared].error])
    expect([reason, reasons[reason].status]).toEqual([reason, undefined])
  }
})

describe('nothing is refused without a reason', () => {
  test('routes and the protocol throw no bare error at a client', () => {
    const bare = sources()
      .filter(({ file }) => /^(core|identity|journeys)\/|^http\/routes\//.test(file))
      .filter(({ text }) => /throw new Error\(/.test(text))
    expect(bare.map(({ file }) => file)).toEqual([])
  })

  test('an OAuthError is made by a check only', () => {
    expect(filesWith(/new OAuthError\(/)).toEqual(['core/check.ts'])
  })

  test('an error status comes from a reason, or from the page that is shown again', () => {
    // A form shown again with what was wrong, refused through its check first; and a reference that leads nowhere.
    const again = [
      'routes/errors',
      'routes/account',
      'routes/password',
      'routes/set-up',
      'routes/sign-up',
      'routes/sign-in-here',
    ]
    const bare = filesWith(/\.code\(\s*(?:[^)?]*\?\s+)?[45]\d\d\b/).filter(
      file => file.startsWith('http/') && !again.some(it => file.includes(it)),
    )
    expect(bare).toEqual([])
  })
})

function count(all: readonly string[], reason: string): number {
  return all.filter(it => it === reason).length
}

function filesWith(pattern: RegExp): string[] {
  return sources()
    .filter(({ text }) => pattern.test(text))
    .map(({ file }) => file)
}

function sources(): { readonly file: string; readonly text: string }[] {
  const src = resolve(import.meta.dirname, '../../src')
  return readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts'))
    .map(file => ({ file, text: readFileSync(join(src, file), 'utf8') }))
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
