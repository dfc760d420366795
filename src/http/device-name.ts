import bowser from 'bowser'
import { byApp } from '../identity/sign-in-by-app.ts'

/** What a person would call the device with this user agent: `Firefox on Windows`. */
export function deviceName(user_agent: string): string {
  if (user_agent === '') return unknown
  // A session that an app's own form started.
  if (user_agent.startsWith(byApp)) return user_agent.slice(byApp.length)
  const { browser, os, platform } = bowser.parse(user_agent)
  const where = platform.model && platform.type !== 'desktop' ? platform.model : os.name
  return [browser.name, where].filter(Boolean).join(' on ') || unknown
}

const unknown = 'An unknown device'
