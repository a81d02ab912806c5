// Where the site's pages and the API stand, as a browser sees them.
import { returnTarget } from '../../http/return-target.ts'
import type { Door } from '../dialect.ts'

/** A path below the site root. */
export function sitePath({ siteRoot }: Door, below: string): string {
  return `${siteRoot === '/' ? '' : siteRoot}${below}`
}

export function loginPage(door: Door): string {
  return sitePath(door, '/auth/login')
}

/**
 * Where a sign-in leads: to a path below the site root, as the real server has it, or to the root itself for anything that
 * is no path of this origin (attack O13).
 */
export function returnPath(door: Door, text: unknown): string {
  const { siteRoot } = door
  const target = typeof text === 'string' ? returnTarget(text, () => false) : undefined
  if (target === undefined) return siteRoot
  const { location } = target
  return siteRoot === '/' || location === siteRoot || location.startsWith(`${siteRoot}/`)
    ? location
    : `${siteRoot}${location}`
}
