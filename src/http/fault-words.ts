import type { FormFault } from '../identity/new-account.ts'
import { expectedPassword } from '../identity/password-rules.ts'
import type { FieldFault } from './pages/account-fields.ts'

const fieldNames: Readonly<Record<FormFault['field'], string>> = {
  login: 'login',
  name: 'name',
  email: 'email',
  current: 'password',
  password: 'password',
  again: 'password_again',
  token: 'token',
}

/** What is wrong with a form, beside the field it is about. */
export function faultWords({ field, fault }: FormFault): FieldFault {
  return { field: fieldNames[field], says: says(field, fault) }
}

/** The same where the current password is asked too, and has the plain name. */
export function changeFaultWords(found: FormFault): FieldFault {
  const { field, says } = faultWords(found)
  return { field: found.field === 'password' || found.field === 'again' ? `new_${field}` : field, says }
}

function says(field: FormFault['field'], fault: FormFault['fault']): string {
  switch (fault) {
    case 'taken':
      return 'Somebody has this username. Choose another one.'
    case 'differs':
      return 'This is not the same password. Type the new password once more.'
    case 'wrong':
      return field === 'token'
        ? 'This set-up code cannot be used: it was used, it is older than an hour, or the server was started again since. Start the server again and open the link that it prints.'
        : 'This is not your current password. Check it and try again.'
    case 'unusable':
      return field === 'email'
        ? 'This is not an email address. Leave it out, or write it like name@example.com.'
        : 'This cannot be used. Write it in one line of letters, digits and signs that can be seen.'
    case 'short':
      // How long it has to be is the hint of its field.
      return 'This is too short.'
    case 'long':
      return 'This is too long. Use a shorter password.'
    case 'common':
      return 'Many people use this password or one like it, so it is guessed first. Choose another one.'
    case 'names':
      return 'This is little more than your name, so it is guessed first. Choose another one.'
    default:
      return expectedPassword[fault]
  }
}
