import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { assets, stylesheet } from '../../src/http/assets/index.ts'
import { statusPage } from '../../src/http/pages/error.ts'
import { formPostPage, formPostScriptSource } from '../../src/http/pages/form-post.ts'
import { setUpScriptSource } from '../../src/http/pages/set-up.ts'
import { signInPage } from '../../src/http/pages/sign-in.ts'
import { signedOutPage } from '../../src/http/pages/signed-out.ts'
import { issuer, samples } from './samples.ts'

const pages = [...samples()]
const scriptOf: Readonly<Record<string, readonly string[]>> = {
  'ask-again': [formPostScriptSource],
  'form-post': [formPostScriptSource],
  'set-up': [setUpScriptSource],
}

describe.each(pages)('%s', (name, page) => {
  test('is one document with a title, a main landmark and one heading of the first level', () => {
    expect(page).toMatch(/^<!doctype html><html lang="en"><head><meta charset="utf-8"\/>/)
    expect(page).toMatch(/<title>.+ - Grantwise<\/title>/)
    expect(page).toContain('<meta name="viewport" content="width=device-width, initial-scale=1"/>')
    expect(page.match(/<main[ >]/g)).toHaveLength(1)
    expect(page.match(/<h1[ >]/g)).toHaveLength(1)
    expect(page).toContain('<meta name="robots" content="noindex"/>')
  })

  test('holds no style of its own, no event handler and no script beyond the one that its hash lets through', () => {
    expect(page).not.toMatch(/<style|\sstyle=|\son\w+=/i)
    const scripts = [...page.matchAll(/<script[^>]*>(.*?)<\/script>/gs)].map(([, text]) => text ?? '')
    expect(scripts.map(hashSource)).toEqual(scriptOf[name] ?? [])
  })

  test('loads from its own origin only', () => {
    const loaded = [...page.matchAll(/<(?:link|img|script|iframe)[^>]*?\s(?:href|src)="([^"]*)"/g)].map(
      ([, url]) => url,
    )
    expect(loaded).toEqual([expect.stringMatching(/^\/assets\//), expect.stringMatching(/^\/assets\//)])
  })

  test('fits in 15 KB with its stylesheet', () => {
    expect(Buffer.byteLength(page) + Buffer.byteLength(stylesheet.body)).toBeLessThan(15_000)
  })
})

describe.each([`"><script>alert(1)</script>`, `'"<&`, '</title><img src=q onerror=alert(1)>', '&lt;b&gt;'])(
  'when all that comes from outside reads %s',
  hostile => {
    const harmless = samples(() => 'x')

    test.each([...samples(() => hostile)])(
      '%s has nothing but that text in the place of harmless text',
      (name, page) => {
        const replaced = [hostile, encodeURIComponent(hostile)].reduce(
          (html, it) => html.replaceAll(escaped(it), 'x'),
          page,
        )
        expect(withoutInitials(replaced)).toBe(withoutInitials(harmless.get(name) ?? ''))
      },
    )
  },
)

describe('forms', () => {
  const buttons = (page: string) =>
    forms(page).map(form =>
      [...form.matchAll(/<button[^>]*>/g)].map(([tag]) => [attribute(tag, 'name'), attribute(tag, 'value')]),
    )

  test.each([
    ['sign-in', [[[undefined, undefined]], [['cancel', 'yes']]]],
    [
      'select-account',
      [
        [
          ['account', 'current'],
          ['account', 'other'],
        ],
        [['cancel', 'yes']],
      ],
    ],
    [
      'consent',
      [
        [
          ['consent', 'allow'],
          ['consent', 'deny'],
        ],
        [['account', 'other']],
      ],
    ],
    ['logout', [[['logout', 'yes']], [['cancel', 'yes']]]],
  ])('%s begins with the one that goes on, its named button first', (name, expected) => {
    expect(buttons(page(name))).toEqual(expected)
  })

  test('every one posts to its target with the field that binds it', () => {
    for (const name of ['sign-in', 'select-account', 'consent', 'logout']) {
      for (const form of forms(page(name))) {
        expect(form).toMatch(
          /^<form method="post" action="\/authorize"><input type="hidden" name="parked" value="c2VhbGVk"\/>/,
        )
      }
    }
  })

  test('the sign-in fields keep the names that scripts and password managers know', () => {
    expect(page('sign-in')).toMatch(/<input id="login" name="login" type="text" autocomplete="username"/)
    expect(page('sign-in')).toMatch(
      /<input id="password" name="password" type="password" autocomplete="current-password"/,
    )
  })

  test('no page gives a password back', () => {
    for (const [, text] of pages) expect(text).not.toMatch(/type="password"[^>]*value=/)
  })
})

describe('focus', () => {
  const focused = (name: string) =>
    [...page(name).matchAll(/<[^>]* autofocus[^>]*>/g)].map(([tag]) => attribute(tag, 'id'))

  test.each([
    ['sign-in', 'login'],
    ['sign-in-hinted', 'password'],
    ['sign-in-wrong', 'login'],
    ['sign-in-throttled', 'problem'],
    ['sign-in-expired', 'login'],
  ])('%s starts at %s', (name, id) => {
    expect(focused(name)).toEqual([id])
  })

  test('a wrong password marks both fields and points them to the message, so that nothing is told of which was wrong', () => {
    for (const id of ['login', 'password']) {
      expect(page('sign-in-wrong')).toMatch(
        new RegExp(`<input id="${id}"[^>]* aria-invalid="true" aria-describedby="problem"`),
      )
    }
    expect(page('sign-in-wrong')).toMatch(/id="problem" class="message refusal" role="alert"/)
  })
})

test('consent shows a scope without words by its name rather than hide it', () => {
  expect(page('consent-plain')).toContain('<code>photos:read</code>')
})

test('an address that is not a web page becomes no link', () => {
  expect(signedOutPage({ app: { client_id: 'x', client_uri: 'javascript:alert(1)' } }, { issuer })).not.toContain(
    'javascript:',
  )
})

test('links begin with the path of the issuer', () => {
  expect(statusPage({ status: 404 }, { issuer: 'https://example.com/auth/' })).toContain('href="/auth/"')
  expect(statusPage({ status: 404 }, { issuer: 'https://example.com/auth' })).toContain(
    `href="/auth${stylesheet.path}"`,
  )
})

test('an asset is named by its content', () => {
  for (const { path, body } of assets)
    expect(path).toContain(createHash('sha256').update(body).digest('hex').slice(0, 12))
})

test('form_post carries every parameter to the redirect URI (OAuth 2.0 Form Post Response Mode §2)', () => {
  const text = formPostPage(
    { app: { client_id: 'x' }, redirect_uri: 'https://a.example/?b=1&c=2', params: { code: 'c', state: '"' } },
    { issuer },
  )
  expect(text).toContain('<form method="post" action="https://a.example/?b=1&amp;c=2">')
  expect(text).toContain(
    '<input type="hidden" name="code" value="c"/><input type="hidden" name="state" value="&quot;"/>',
  )
})

test('the same page is written twice alike', () => {
  const data = { action: '/authorize', hidden: { name: 'parked', value: 'x' }, app: { client_id: 'x' } }
  expect(signInPage(data, { issuer })).toBe(signInPage(data, { issuer }))
})

function page(name: string): string {
  return new Map(pages).get(name) ?? ''
}

function forms(text: string): string[] {
  return text.match(/<form[ >].*?<\/form>/gs) ?? []
}

function attribute(tag: string, name: string): string | undefined {
  return new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1]
}

function hashSource(script: string): string {
  return `'sha256-${createHash('sha256').update(script).digest('base64')}'`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}

function withoutInitials(text: string): string {
  return text.replace(/(<span class="badge[^>]*>)[^<](<\/span>)/g, '$1$2')
}
