import bowser from 'bowser'

/** What a person would call the device with this user agent: `Firefox on Windows`. */
export function deviceName(user_agent: string): string {
  if (user_agent === '') return unknown
  const { browser, os, platform } = bowser.parse(user_agent)
  const where = platform.model && platform.type !== 'desktop' ? platform.model : os.name
  return [browser.name, where].filter(Boolean).join(' on ') || unknown
}

const unknown = 'An unknown device'
