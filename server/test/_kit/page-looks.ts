// What can be measured of how a page looks, asked of the browser that shows it. The functions run in the page, so they
// are text here.
import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'

export interface Looks {
  /** Pixels that stick out to the right. */
  readonly overflow: number
  readonly language: string
  readonly title: string
  /** How many there are of each. */
  readonly landmarks: { readonly main: number; readonly h1: number }
  /** Levels of the headings, in order. */
  readonly headings: readonly number[]
  /** Fields and links that have no name for who does not see them. */
  readonly nameless: number
  /** 0 is black, 1 white. */
  readonly background: number
  /** Texts whose contrast with what is behind them is below 4.5 (WCAG 1.4.3). */
  readonly faint: readonly string[]
}

const measuring = `(() => {
  const channels = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number)
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((one) => one / 255).map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    return 0.2126 * x + 0.7152 * y + 0.0722 * z
  }
  const behind = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const colour = channels(getComputedStyle(at).backgroundColor)
      if (colour.length === 3 || colour[3] === 1) return luminance(colour)
    }
    return 1
  }
  const contrast = (element) => {
    const [one, other] = [luminance(channels(getComputedStyle(element).color)), behind(element)]
    return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05)
  }
  const own = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '')
  const all = [...document.body.querySelectorAll('*')]
  const nameOf = (one) => one.getAttribute('aria-label') ?? (one.labels?.[0] ?? one).textContent
  return {
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    language: document.documentElement.lang,
    title: document.title,
    landmarks: { main: document.querySelectorAll('main').length, h1: document.querySelectorAll('h1').length },
    headings: [...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map((one) => Number(one.tagName[1])),
    nameless: [...document.querySelectorAll('a,input,button')].filter((one) => nameOf(one).trim() === '').length,
    background: behind(document.body),
    faint: all.filter(own).filter((one) => contrast(one) < 4.5).map((one) => one.outerHTML.slice(0, 200)),
  }
})()`

export function looksOf(page: Page): Promise<Looks> {
  return page.evaluate(measuring)
}

/** That people can read it: whole, in its order, in the colours they asked for, by name where they do not see. */
export async function assertReadable(page: Page, scheme: 'light' | 'dark'): Promise<void> {
  const { background, headings, title, ...looks } = await looksOf(page)
  assert.deepEqual(looks, { overflow: 0, language: 'en', landmarks: { main: 1, h1: 1 }, nameless: 0, faint: [] })
  assert.notEqual(title, '')
  assert.ok(scheme === 'dark' ? background < 0.05 : background > 0.8, `background ${background}`)
  assert.equal(headings[0], 1)
  for (const [at, level] of headings.entries()) assert.ok(level <= (headings[at - 1] ?? 0) + 1, 'a level left out')
}
