import type { Route } from './route.ts'
import { accountAppsRoute, accountRoute, accountSessionsRoute } from './routes/account.ts'
import { adviseRoute } from './routes/advise.ts'
import { advisorDataRoute, advisorSchemaRoute } from './routes/advisor-data.ts'
import { assetRoutes } from './routes/assets.ts'
import { authorizeRoute } from './routes/authorize.ts'
import { changeClientRoute } from './routes/change-client.ts'
import { clientRoute } from './routes/client.ts'
import { clientsRoute } from './routes/clients.ts'
import { consentRoute } from './routes/consent.ts'
import { deviceRoute } from './routes/device.ts'
import { deviceAuthorizationRoute } from './routes/device-authorization.ts'
import { doctorRoute } from './routes/doctor.ts'
import { jwksRoute, oauthAuthorizationServerRoute, openidConfigurationRoute } from './routes/documents.ts'
import { errorLookupRoute, reasonRoute, reasonsRoute } from './routes/errors.ts'
import { flowsApiRoute, flowsRoute } from './routes/flows.ts'
import { healthzRoute, readyzRoute } from './routes/health.ts'
import { homeRoute } from './routes/home.ts'
import { introspectRoute } from './routes/introspect.ts'
import { journeyRoute, journeysRoute } from './routes/journeys.ts'
import { logoutRoute } from './routes/logout.ts'
import { newClientRoute } from './routes/new-client.ts'
import { passwordRoute } from './routes/password.ts'
import { revokeRoute } from './routes/revoke.ts'
import { selectAccountRoute } from './routes/select-account.ts'
import { setUpRoute } from './routes/set-up.ts'
import { signInRoute } from './routes/sign-in.ts'
import { signUpRoute } from './routes/sign-up.ts'
import { tokenRoute } from './routes/token.ts'
import { userinfoRoute } from './routes/userinfo.ts'

/** Everything this server answers. */
export const routes: readonly Route[] = [
  homeRoute,
  reasonsRoute,
  errorLookupRoute,
  reasonRoute,
  adviseRoute,
  advisorDataRoute,
  advisorSchemaRoute,
  doctorRoute,
  flowsRoute,
  flowsApiRoute,
  openidConfigurationRoute,
  oauthAuthorizationServerRoute,
  jwksRoute,
  authorizeRoute,
  signInRoute,
  signUpRoute,
  accountRoute,
  accountAppsRoute,
  accountSessionsRoute,
  passwordRoute,
  setUpRoute,
  newClientRoute,
  clientsRoute,
  clientRoute,
  changeClientRoute,
  selectAccountRoute,
  consentRoute,
  deviceAuthorizationRoute,
  deviceRoute,
  tokenRoute,
  userinfoRoute,
  introspectRoute,
  revokeRoute,
  logoutRoute,
  journeysRoute,
  journeyRoute,
  healthzRoute,
  readyzRoute,
  ...assetRoutes,
]
