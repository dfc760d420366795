// The least that node:http can answer: what the load reaches here is what it can reach at all.
import { createServer } from 'node:http'

const body = JSON.stringify({ token_type: 'Bearer' })
const headers = { 'content-type': 'application/json', 'content-length': String(body.length) }

createServer((_request, response) => response.writeHead(200, headers).end(body)).listen(
  Number(process.argv[2]),
  '127.0.0.1',
)
