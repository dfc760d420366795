import type { Work } from '../load/full-load.ts'
import { formRequest, getRequest, openForm } from '../load/request.ts'
import { loginOf, password } from '../world.ts'
import type { Case } from './case.ts'
import { openAuthorizePath } from './code-flow.ts'
import { expectStatus } from './expect.ts'

export const signInCase: Case = {
  name: 'sign_in',
  what:
    'GET /authorize without a session: the sign-in page; POST /sign-in with its form: argon2id (19 MiB, two passes), a ' +
    'new session, a redirect with a code. The floor only hashes the password of a form',
  servers: ['floor', 'grantwise'],
  slow: { connections: 8, seconds: 3 },
  async prepare({ name, port }, connections) {
    return Array.from({ length: connections }, (_, index) =>
      name === 'floor' ? hashOnly(port, index) : signIn(port, index),
    )
  },
}

function hashOnly(port: number, index: number): Work {
  const request = formRequest(port, '/sign-in', { login: loginOf(index), password })
  return async connection => {
    expectStatus(await connection.request(request), 200)
  }
}

function signIn(port: number, index: number): Work {
  const page = getRequest(port, openAuthorizePath(), { accept: 'text/html' })
  return async connection => {
    const { head, body } = expectStatus(await connection.request(page), 200)
    const cookie = /\r\nset-cookie: ([^;]+)/i.exec(head)?.[1] ?? ''
    const parked = /name="parked" value="([^"]+)"/.exec(body)?.[1] ?? ''
    const submit = openForm(port, '/sign-in', { login: loginOf(index), password, parked: '' }, { cookie })
    expectStatus(await connection.request(submit(parked)), 302, 303)
  }
}
