import { isUtf8 } from 'node:buffer'

const notUtf8 = Object.assign(new Error('the body is not UTF-8'), { code: 'BODY_NOT_UTF8', statusCode: 400 })

/** A body that is no UTF-8 is refused, never mended: what is compared is what was sent (RFC 6749 Appendix B). */
export function textFault(body: Buffer): Error | null {
  return isUtf8(body) ? null : notUtf8
}
