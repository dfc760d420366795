import { describe, expect, it } from 'vitest'
import { originFault, redirectUriAdvice, redirectUriFault } from '../../src/admin/redirect-uri.ts'

describe('a redirect URI that can be registered', () => {
  it.each([
    'https://app.example.com/cb',
    'https://app.example.com',
    'https://app.example.com:8443/cb?tenant=1',
    'https://xn--bcher-kva.example/cb',
    'http://127.0.0.1/cb',
    'http://127.0.0.1:5001/callback',
    'http://[::1]:5001/callback',
    'http://localhost:3000/',
    'com.example.app:/callback',
    'com.example.app://callback',
    'https://app.example.com/a%20b/..c/.d',
  ])('%s', uri => {
    expect(redirectUriFault(uri)).toBeUndefined()
  })
})

describe('a redirect URI that can be registered, and had better not be', () => {
  it.each(['cli', 'native'] as const)('localhost, of an app that listens on its own: %s (RFC 8252 §8.3)', runs_on => {
    expect(redirectUriAdvice('http://localhost:8765/callback', runs_on)).toContain('http://127.0.0.1:8765/callback')
    for (const uri of ['http://localhost', 'http://localhost/cb', 'http://localhost?x'])
      expect(redirectUriAdvice(uri, runs_on)).toContain(uri.replace('localhost', '127.0.0.1'))
  })

  it('no other address, and of a web app not this one either', () => {
    for (const uri of ['http://127.0.0.1/cb', 'http://[::1]:8765/', 'https://localhost.example.com/', 'com.example:/'])
      expect(redirectUriAdvice(uri, 'cli')).toBeUndefined()
    for (const runs_on of ['server', 'browser', 'device', 'ci'] as const)
      expect(redirectUriAdvice('http://localhost:5173/', runs_on)).toBeUndefined()
  })
})

describe('a redirect URI that cannot', () => {
  it.each([
    ['/cb', /absolute/],
    ['app.example.com/cb', /absolute/],
    ['', /absolute/],
    ['https://app.example.com/cb#', /no fragment/],
    ['https://app.example.com/cb#top', /no fragment/],
    ['https://user@app.example.com/cb', /no user name/],
    ['https://user:pw@app.example.com/cb', /no user name/],
    ['com.example.app://me@callback', /no user name/],
    ['https://app.example.com/c b', /without spaces/],
    [' https://app.example.com/cb', /without spaces/],
    ['https://app.example.com/cb\n', /without spaces/],
    ['https://app.example.com/c\u0000b', /without spaces/],
    ['https://bücher.example/cb', /printable ASCII/],
    ['https://app.example.com\\@evil.example/cb', /backslash/],
    ['https://app.example.com/<script>', /RFC 3986/],
    ['https://*.example.com/cb', /no wildcard/],
    ['https://app.example.com/*', /no wildcard/],
    ['https://app.example.com/a/../cb', /segments/],
    ['https://app.example.com/./cb', /segments/],
    ['https://app.example.com/a/%2e%2E/cb', /segments/],
    ['https://app.example.com/cb/..', /segments/],
    ['http://app.example.com/cb', /https, http on a loopback host/],
    ['http://192.168.0.1/cb', /https, http on a loopback host/],
    ['http://localhost.evil.example/cb', /https, http on a loopback host/],
    ['http://127.0.0.1.evil.example/cb', /https, http on a loopback host/],
    ['http://127.1/cb', /as browsers send it: 127\.0\.0\.1/],
    ['http://LOCALHOST/cb', /as browsers send it: localhost/],
    ['https://App.Example.com/cb', /as browsers send it: app\.example\.com/],
    ['http://127.0.0.1:/cb', /a port after/],
    ['http://127.0.0.1:99999/cb', /valid port/],
    ['https:app.example.com/cb', /with a host/],
    ['https:///cb', /with a host/],
    ['HTTPS://app.example.com/cb', /scheme in lower case/],
    ['javascript:alert(1)', /private-use scheme with a dot/],
    ['data:text/html,x', /private-use scheme with a dot/],
    ['vbscript:x', /private-use scheme with a dot/],
    ['file:///etc/passwd', /private-use scheme with a dot/],
    ['blob:https://app.example.com/1', /private-use scheme with a dot/],
    ['ftp://app.example.com/cb', /private-use scheme with a dot/],
    ['myapp:/callback', /private-use scheme with a dot/],
    ['com.example.app:', /something after the scheme/],
    ['com..app:/callback', /private-use scheme with a dot/],
    [`https://app.example.com/${'a'.repeat(2000)}`, /2000 characters/],
  ])('%s', (uri, expected) => {
    expect(redirectUriFault(uri)).toMatch(expected)
  })
})

describe('a web origin', () => {
  it.each(['https://app.example.com', 'https://app.example.com:8443', 'http://localhost:3000', 'http://[::1]:3000'])(
    '%s can be registered',
    origin => {
      expect(originFault(origin)).toBeUndefined()
    },
  )
  it.each([
    ['https://app.example.com/', /scheme, host and port only/],
    ['https://app.example.com:443', /scheme, host and port only/],
    ['null', /scheme, host and port only/],
    ['*', /scheme, host and port only/],
    ['http://app.example.com', /https origin/],
    ['com.example.app://x', /scheme, host and port only/],
  ])('%s cannot', (origin, expected) => {
    expect(originFault(origin)).toMatch(expected)
  })
})
