import { describe, expect, test } from 'vitest'
import { nodeHash } from '../../src/keys/hash.ts'

describe('hash', () => {
  test('RFC 7636 Appendix B: SHA-256 of the verifier is the challenge', () => {
    expect(nodeHash.sha256('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')).toBe(
      'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    )
  })

  test('OIDC Core Appendix A.3: at_hash of the example for RS256', () => {
    expect(nodeHash.leftHalf('RS256', 'jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y')).toBe('77QmUPtjPfzWtF2AnpK9RQ')
  })

  test('OIDC Core Appendix A.4: c_hash of the example for RS256', () => {
    expect(nodeHash.leftHalf('RS256', 'Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk')).toBe(
      'LDktKdoQak3Pk0cnXxCltA',
    )
  })

  test.each([
    ['ES256', 16],
    ['PS256', 16],
    ['EdDSA', 32],
    ['Ed25519', 32],
  ])('half a hash for %s is %i bytes', (alg, length) => {
    expect(Buffer.from(nodeHash.leftHalf(alg, 'token'), 'base64url')).toHaveLength(length)
  })

  test('an unknown algorithm has no half hash', () => {
    expect(() => nodeHash.leftHalf('none', 'token')).toThrow(/none/)
  })

  test('RFC 4231 §4.3: HMAC-SHA-256', () => {
    expect(Buffer.from(nodeHash.hmac('Jefe', 'what do ya want for nothing?'), 'base64url').toString('hex')).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    )
  })

  test.each([
    ['same', 'same', true],
    ['', '', true],
    ['a', 'b', false],
    ['short', 'much longer than that', false],
    ['é', 'e\u0301', false],
  ])('equal(%j, %j) is %j', (a, b, expected) => {
    expect(nodeHash.equal(a, b)).toBe(expected)
  })
})
