import { afterAll, beforeAll, expect, test } from 'vitest'
import { PageAnswered } from '../../src/admin/ports.ts'
import { type RegisterPowers, registerTogether } from '../../src/admin/register-advised.ts'
import { registrationOf } from '../../src/advisor/registration.ts'
import { nodeHash } from '../../src/keys/hash.ts'
import { adviceFor } from '../advisor/samples.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { api } from '../support/world.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server?.close())

function job(client_id: string, client_name: string) {
  const advice = adviceFor({ acts_for: 'self', runs_on: 'server', secret_safe: 'yes', platform_id: 'no' })
  const registration = registrationOf(advice['best-practice'])
  if (!registration) throw new Error('no flow')
  return { registration, typed: { client_id, client_name, redirect_uris: [], audiences: [api], scope: undefined } }
}

/** The store of the server, with some of it in another way. */
function powers(other: Partial<RegisterPowers['store']>): RegisterPowers {
  const store = new Proxy(server.data.store, {
    get(target, name) {
      const value: unknown = Reflect.get(other, name) ?? Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  return { ...server.data, hash: nodeHash, grantTypes: ['client_credentials'], store }
}

test('new clients are registered without a look at those that there are', async () => {
  const allClients = () => Promise.reject(new Error('every client was read'))
  const made = await registerTogether([job('one', 'One'), job('two', 'Two')], powers({ allClients }))
  expect(made.map(({ client }) => client.client_id)).toEqual(['one', 'two'])
  await expect(registerTogether([job('three', 'Three'), job('two', 'Two')], powers({}))).rejects.toThrow(PageAnswered)
  expect(await server.data.store.client('three')).toBeUndefined()
})

test('two that take one id at once: the second is refused, and changes nothing of the first', async () => {
  const { store } = server.data
  let raced = false
  const applyChanges: typeof store.applyChanges = async (changes, now, by) => {
    if (!raced) {
      raced = true
      await registerTogether([job('contested', 'The first')], powers({}))
    }
    return store.applyChanges(changes, now, by)
  }
  await expect(registerTogether([job('contested', 'The second')], powers({ applyChanges }))).rejects.toThrow(
    PageAnswered,
  )
  expect((await store.client('contested'))?.client_name).toBe('The first')
})

test('an API that comes with a client and that somebody else registers meanwhile is left as it is', async () => {
  const { store } = server.data
  const audience = 'https://contested.example.com'
  const { registration, typed } = job('late', 'Late')
  const client = { registration, typed: { ...typed, audiences: [audience] } }
  const applyChanges: typeof store.applyChanges = async (changes, now, by) => {
    if ((await store.resourceServer(audience)) === undefined) {
      await server.apply({ resource_servers: [{ audience, name: 'Theirs' }] })
    }
    return store.applyChanges(changes, now, by)
  }
  const api = { audience, name: 'Ours', scopes: {} }
  await expect(registerTogether([client], powers({ applyChanges }), { api })).rejects.toThrow(
    'resource_servers[0].audience: expected the address of no API that is registered',
  )
  expect((await store.resourceServer(audience))?.name).toBe('Theirs')
  expect(await store.client('late')).toBeUndefined()
})
