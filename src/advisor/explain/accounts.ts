/** Making an account, and looking after it. */
export const accounts = {
  'sign-up-off': {
    title: 'Accounts are not made here',
    happened: 'This server does not let people create accounts by themselves.',
    who: 'operator',
    mend: 'Ask whoever runs this server for an account. They add one with grantwise user add, or turn sign-up on.',
  },
  'sign-up-throttled': {
    title: 'Too many new accounts',
    happened: 'So many accounts were asked for, from this address or from everywhere, that no more are made for now.',
    who: 'user',
    mend: 'Try again later.',
  },
  'login-unusable': {
    title: 'This username cannot be used',
    happened: 'The username is empty, too long, or holds characters that cannot be seen.',
    who: 'user',
    mend: 'Choose a shorter one of letters, digits and common signs, or use your email address.',
  },
  'login-taken': {
    title: 'This username is taken',
    happened: 'Somebody has this username already, or it is kept for the owner of an app.',
    who: 'user',
    mend: 'Choose another. If it is yours, sign in instead.',
  },
  'profile-unusable': {
    title: 'The name or email address cannot be used',
    happened: 'What was typed as a name or an email address is not one.',
    who: 'user',
    mend: 'Check both. An email address has one "@" with something on either side.',
  },
  'password-unfit': {
    title: 'This password is too easy to guess',
    happened: 'The password is too short, too long, on a list of common ones, or made of the names around it.',
    who: 'user',
    mend: 'Choose a longer one: several words that do not belong together are easy to keep in mind and hard to guess.',
  },
  'password-repeat-differs': {
    title: 'The two passwords differ',
    happened: 'The new password was not typed the same way twice, so nothing was changed.',
    who: 'user',
    mend: 'Type it once more, in both fields.',
  },
  'set-up-link-invalid': {
    title: 'The set-up link does not work any more',
    happened: 'The link was used, is older than an hour, is cut off, or a later start of the server made another.',
    who: 'operator',
    mend: 'Start the server again and open the link that it prints.',
  },
  'set-up-done': {
    title: 'This server is set up',
    happened: 'It has an administrator, and a set-up link makes the first one only.',
    who: 'operator',
    mend: 'Sign in as that administrator. Others are added with grantwise user add.',
  },
} as const
