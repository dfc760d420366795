import { api, password, secret, world } from '../support/world.ts'

export const userCount = 64
export const loginOf = (at: number): string => `user-${at % userCount}`

const [exampleApi] = world.resource_servers
const codeClient = world.clients.find(it => it.client_id === 'first-party')
const machines = world.clients.filter(it => it.client_id === 'job' || it.client_id === 'api-server')

/** A small world whose tokens are over after a minute, so that there is always something to remove. */
export const document = {
  resource_servers: [{ ...exampleApi, access_token_ttl: 60 }],
  clients: [
    ...machines,
    {
      ...codeClient,
      client_secret: secret,
      grantwise: {
        runs_on: 'server',
        acts_for: ['user'],
        first_party: true,
        audiences: [api],
        refresh_idle_ttl: 60,
        refresh_max_ttl: 120,
      },
    },
  ],
  users: Array.from({ length: userCount }, (_, at) => ({ login: loginOf(at), password })),
}
