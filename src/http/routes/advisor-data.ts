import { catalogue } from '../../advisor/catalogue.ts'
import { catalogueSchema } from '../../advisor/schema.ts'
import { allowOrigin } from '../cors.ts'
import type { Route } from '../route.ts'

const schemaPath = '/api/advisor/schema.json'

/** Everything that advice comes from, for whoever wants to build on it. It says nothing of anybody. */
export const advisorDataRoute: Route = dataRoute('/api/advisor', issuer => ({
  $schema: issuer.replace(/\/$/, '') + schemaPath,
  ...catalogue(),
}))

export const advisorSchemaRoute: Route = dataRoute(schemaPath, issuer => ({
  $id: issuer.replace(/\/$/, '') + schemaPath,
  ...catalogueSchema,
}))

function dataRoute(path: string, data: (issuer: string) => object): Route {
  const made = new Map<string, string>()
  return {
    path,
    errors: 'oauth',
    cors: 'anybody',
    async GET({ request, reply }, { server }) {
      await allowOrigin(request, reply, 'anybody', server)
      const text = made.get(server.issuer) ?? JSON.stringify(data(server.issuer))
      made.set(server.issuer, text)
      return reply.type('application/json').header('cache-control', 'public, max-age=300').send(text)
    },
  }
}
