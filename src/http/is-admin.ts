import type { User } from '../core/user.ts'

/** Who may look after everything. */
export function isAdmin({ roles }: Pick<User, 'roles'>): boolean {
  return roles.includes('admin')
}
