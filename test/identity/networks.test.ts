import { describe, expect, test } from 'vitest'
import { isWithin, networkFault, normaliseNetwork } from '../../src/identity/networks.ts'

const office = ['198.51.100.0/24', '2001:db8:0:1::/64', '203.0.113.7/32']

test.each([
  ['198.51.100.0', true],
  ['198.51.100.255', true],
  ['198.51.101.0', false],
  ['203.0.113.7', true],
  ['203.0.113.8', false],
  ['2001:db8:0:1::', true],
  ['2001:0DB8:0:1:ffff:ffff:ffff:ffff', true],
  ['2001:db8:0:2::', false],
  // RFC 4291 §2.5.5.2: as a dual-stack socket says it, in every spelling.
  ['::ffff:198.51.100.7', true],
  ['::FFFF:c633:6407', true],
  ['0:0:0:0:0:ffff:198.51.100.7', true],
  ['::ffff:203.0.113.9', false],
  // IPv4-compatible, NAT64 and 6to4 are other addresses, whoever could make them up.
  ['::198.51.100.7', false],
  ['64:ff9b::198.51.100.7', false],
  ['2002:c633:6407::', false],
  // As some proxies write it.
  ['198.51.100.7:4711', true],
  ['[2001:db8:0:1::7]:4711', true],
  ['[2001:db8:0:1::7]', true],
  // What another parser might read as an address.
  ['198.51.100', false],
  ['198.51.100.07', false],
  ['0306.063.0144.07', false],
  ['0xc6336407', false],
  ['3325256711', false],
  ['198.51.100.7 ', false],
  ['198.51.100.7, 198.51.100.7', false],
  ['', false],
  ['unknown', false],
  ['198.51.100.0/24', false],
])('%s is inside: %s', (address, inside) => {
  expect(isWithin(address, office)).toBe(inside)
})

test('nothing is inside no network', () => {
  expect(isWithin('198.51.100.7', [])).toBe(false)
})

describe('a network of a file', () => {
  test.each([
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['198.51.100.7', '198.51.100.7/32'],
    ['2001:DB8::/32', '2001:db8::/32'],
    ['2001:db8::1', '2001:db8::1/128'],
    ['::ffff:10.0.0.0/104', '10.0.0.0/8'],
    ['::ffff:198.51.100.7', '198.51.100.7/32'],
    ['128.0.0.0/1', '128.0.0.0/1'],
  ])('%s is kept as %s', (text, kept) => {
    expect(networkFault(text)).toBeUndefined()
    expect(normaliseNetwork(text)).toBe(kept)
  })

  const any = 'an IP address or a network like 10.0.0.0/8 or 2001:db8::/32'
  const everywhere = 'a network smaller than the whole internet; mode "off" lets everybody in'
  test.each([
    ['office', any],
    ['', any],
    ['10.0.0.0/33', any],
    ['10.0.0.0/-1', any],
    ['10.0.0.0/08', any],
    ['10.0.0.0/255.0.0.0', any],
    ['10.0.0.0/8/8', any],
    ['10.0.0', any],
    ['010.0.0.0/8', any],
    ['10.0.0.*', any],
    ['10.0.0.0-10.0.0.9', any],
    ['fe80::1%eth0', any],
    ['2001:db8::/129', any],
    ['[2001:db8::]/32', any],
    ['0.0.0.0/0', everywhere],
    ['10.0.0.0/0', everywhere],
    ['::/0', everywhere],
    ['::ffff:0:0/96', everywhere],
    ['::ffff:10.0.0.0/8', everywhere],
    ['10.1.2.3/8', '10.0.0.0/8, or another prefix: it has bits behind its own'],
    ['2001:db8::1/32', '2001:db8::/32, or another prefix: it has bits behind its own'],
    ['::ffff:10.1.2.3/104', '10.0.0.0/8, or another prefix: it has bits behind its own'],
  ])('%s is refused', (text, expected) => {
    expect(networkFault(text)).toBe(expected)
  })
})
