/** What devices ask that cannot open a browser, and the codes that people type for them. */
export const device = {
  'device-code-not-valid': {
    title: 'The device code is not valid for this app',
    happened:
      'There is no such device code, or it was issued to another app. Which of these is not told, so that nobody learns anything by trying.',
    who: 'developer',
    mend: 'Poll with the whole device_code of the newest answer, and with the client_id that asked for it. A device code that ran out some time ago is forgotten: ask for another.',
  },
  'device-code-unknown': {
    title: 'There is no such device code',
    happened: 'What came is no device code of this server, or it was removed some time after it had run out.',
    who: 'developer',
    mend: 'Send the device_code of the newest answer, whole: the user_code is for people. If it is old, ask for another.',
  },
  'device-code-of-another': {
    title: 'The device code was issued to another app',
    happened:
      'One app asked for the device code, and another polls with it. Either two registrations are mixed up, or it was stolen.',
    who: 'developer',
    mend: 'Use one client_id for asking and for polling. If it is one, somebody has the device code of another app.',
  },
  'device-pending': {
    title: 'Nobody has answered yet',
    happened: 'The device asks whether its user has agreed, and so far they have not answered.',
    who: 'developer',
    mend: 'Nothing is wrong. Wait as many seconds as interval says, then ask again.',
  },
  'device-slow-down': {
    title: 'The device asks too often',
    happened: 'It asked again sooner than it was told to.',
    who: 'developer',
    mend: 'Wait five seconds longer between two polls from now on, and five more each time that slow_down comes.',
  },
  'device-code-expired': {
    title: 'The time to answer is over',
    happened:
      'The code that the device shows ran out before somebody answered, or before the device came for the answer.',
    who: 'developer',
    mend: 'Stop polling. Ask for new codes when the user wants to try again, and show those.',
  },
  'device-denied': {
    title: 'The user did not let the device in',
    happened: 'Somebody looked at what the device asks, and did not allow it.',
    who: 'user',
    mend: 'If you did mean to, start again on the device, and allow it there.',
  },
  'device-code-replayed': {
    title: 'The device code was used before',
    happened:
      'A device code is good once. Because it came again, everything it bought was revoked: one of the two who used it may be a thief.',
    who: 'developer',
    mend: 'Stop polling once tokens have come, and store them before anything else. Then let the user start again.',
  },
  'device-requests-throttled': {
    title: 'Too many devices ask at once',
    happened:
      'An app without a secret can be named by anybody, so only so many requests in its name are taken in a quarter of an hour.',
    who: 'developer',
    mend: 'Wait as long as Retry-After says. Ask for codes when somebody is there to type them, not at every start of the device.',
  },
  'user-code-unknown': {
    title: 'No device shows this code',
    happened: 'No device waits with the code that was typed. It may have run out, or have been answered already.',
    who: 'user',
    mend: 'Look at the device again: letters are easily mixed up, and codes are good for ten minutes. If it shows no code any more, start again there.',
  },
  'user-code-throttled': {
    title: 'Too many wrong codes',
    happened: 'Too many codes were typed that no device shows.',
    who: 'user',
    mend: 'Wait a quarter of an hour, then type the code that your device shows then.',
  },
} as const
