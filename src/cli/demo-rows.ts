import { demoAudience, demoJob, demoUsers } from '../demo/registration.ts'

/** What the start banner says of `--dev`: who to sign in as, and a first call to the demo API. */
export function demoRows(issuer: string): readonly (readonly [string, string])[] {
  const token = `${issuer.replace(/\/$/, '')}/token`
  const { client_id, client_secret } = demoJob
  const width = Math.max(...demoUsers.map(({ login }) => login.length))
  return [
    ['', ''],
    ['--dev', 'Only for trying things on this machine: everybody knows these passwords.'],
    ...demoUsers.map(
      ({ login, password }, index) =>
        [index === 0 ? 'Sign in as' : '', `${login.padEnd(width)}  password: ${password}`] as const,
    ),
    ['Demo API', `${demoAudience(issuer)}/v1`],
    [
      'Try it',
      `TOKEN=$(curl -s ${token} -u ${client_id}:${client_secret} -d grant_type=client_credentials | cut -d'"' -f4)`,
    ],
    ['', `curl -s ${demoAudience(issuer)}/v1/albums -H "Authorization: Bearer $TOKEN"`],
  ]
}
