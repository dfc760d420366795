import { randomBytes } from 'node:crypto'
import type { Case } from '../cases/case.ts'
import { openFlow } from '../cases/code-flow.ts'
import { expectStatus, memberOf } from '../cases/expect.ts'
import { es256 } from '../cases/index.ts'
import type { Work } from '../load/full-load.ts'
import { basic, getRequest, openForm } from '../load/request.ts'
import type { Server } from '../servers/server.ts'
import { web } from '../world.ts'
import { type Population, sessionOf, tokenOf } from './population.ts'

/** What the cases know of a server besides its port. */
export interface Filled {
  readonly population: Population
  /** Access tokens of families taken at random. */
  readonly accessTokens: readonly string[]
}

export type FilledOf = (server: Server) => Filled

/** What touches the store, each on something taken at random from all there is: no cache of a part helps. */
export function growthCases(filledOf: FilledOf): readonly Case[] {
  return [
    es256,
    refreshOf('refresh_any', 'taken at random from all live ones', filledOf, anyOf),
    refreshOf('refresh_recent', 'taken at random, half of them from the newest sixteenth', filledOf, recentOf),
    codeFlowOfAnybody(filledOf),
    introspectionOfAny(filledOf),
    userinfoOfAny(filledOf),
  ]
}

function anyOf({ tokens }: Population): number {
  return Math.floor(Math.random() * tokens)
}

function recentOf({ tokens }: Population): number {
  return tokens - 1 - Math.floor(tokens * Math.random() ** 4)
}

/** Whatever was made to expire is not among them. */
function newerOf({ tokens }: Population): number {
  return tokens - 1 - Math.floor((tokens / 2) * Math.random())
}

/** Refreshes while a part of the store is swept. */
export function refreshDuringSweep(filledOf: FilledOf): Case {
  return refreshOf('refresh_newer', 'taken at random from the newer half', filledOf, newerOf)
}

function refreshOf(name: string, which: string, filledOf: FilledOf, pick: (population: Population) => number): Case {
  return {
    name,
    what: `POST /token, \`refresh_token\` with rotation, as in \`refresh\`; the token is ${which}`,
    servers: ['grantwise'],
    async prepare(server, connections) {
      const { population } = filledOf(server)
      const rotated = rotatedOf(population)
      const refreshWith = openForm(
        server.port,
        '/token',
        { grant_type: 'refresh_token', refresh_token: '' },
        basic(web),
      )
      return Array.from({ length: connections }, (_, connection): Work => {
        return async wire => {
          const index = ownOf(connection, connections, pick(population), population)
          const token = rotated.get(index) ?? tokenOf(population, index).text
          const answer = expectStatus(await wire.request(refreshWith(token)), 200)
          rotated.set(index, memberOf(answer, 'refresh_token'))
        }
      })
    },
  }
}

/** The nearest to what was picked that is this connection's: no two must have hold of one token at once. */
function ownOf(connection: number, connections: number, picked: number, { tokens }: Population): number {
  const index = picked - (picked % connections) + connection
  return index < tokens ? index : index - connections
}

const rotated = new WeakMap<Population, Map<number, string>>()

/** Which tokens were rotated since the store was filled, and what each of them is now. */
function rotatedOf(population: Population): Map<number, string> {
  const known = rotated.get(population) ?? new Map<number, string>()
  rotated.set(population, known)
  return known
}

function codeFlowOfAnybody(filledOf: FilledOf): Case {
  return {
    name: 'code_flow_any',
    what: 'the code flow of `code_flow`, with the session of a user taken at random from all',
    servers: ['grantwise'],
    async prepare(server, connections) {
      const { population } = filledOf(server)
      const flowOf = openFlow(server.port)
      return Array.from({ length: connections }, (): Work => {
        return async wire => {
          const { text } = sessionOf(population, Math.floor(Math.random() * population.users))
          await flowOf(`grantwise-session-${server.port}=${text}`)(wire)
        }
      })
    },
  }
}

function introspectionOfAny(filledOf: FilledOf): Case {
  return {
    name: 'introspection_any',
    what: 'POST /introspect with a JWT access token of a family taken at random from all, by the client that it is for',
    servers: ['grantwise'],
    async prepare(server, connections) {
      const { accessTokens } = filledOf(server)
      const introspect = openForm(server.port, '/introspect', { token: '' }, basic(web))
      return worksWith(accessTokens, connections, token => introspect(token), '"active":true')
    },
  }
}

function userinfoOfAny(filledOf: FilledOf): Case {
  return {
    name: 'userinfo_any',
    what: 'GET /userinfo with such a token',
    servers: ['grantwise'],
    async prepare(server, connections) {
      const { accessTokens } = filledOf(server)
      const requestOf = (token: string) => getRequest(server.port, '/userinfo', { authorization: `Bearer ${token}` })
      return worksWith(accessTokens, connections, requestOf, '"sub":"')
    },
  }
}

/** Each with the next token, from a place in the list that another round does not begin at. */
function worksWith(
  tokens: readonly string[],
  connections: number,
  requestOf: (token: string) => Buffer,
  expected: string,
): readonly Work[] {
  let next = randomBytes(4).readUInt32BE() % tokens.length
  return Array.from({ length: connections }, (): Work => {
    return async wire => {
      next = (next + 1) % tokens.length
      const { body } = expectStatus(await wire.request(requestOf(tokens[next] ?? '')), 200)
      if (!body.includes(expected)) throw new Error(`expected ${expected}; got ${body}`)
    }
  })
}
