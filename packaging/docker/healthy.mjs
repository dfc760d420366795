// Whether the server in this container is ready, for HEALTHCHECK: an image without curl has node.
import { get } from 'node:http'
import { get as getByTls } from 'node:https'

const { GRANTWISE_PORT = '4000', GRANTWISE_TLS_CERT = '' } = process.env
// The certificate is made out to the issuer, and this asks for the loopback address.
const options = { host: '127.0.0.1', port: GRANTWISE_PORT, path: '/readyz', rejectUnauthorized: false }
const ask = GRANTWISE_TLS_CERT === '' ? get : getByTls

ask(options, ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1))
  .on('error', () => process.exit(1))
  .setTimeout(4_000, () => process.exit(1))
