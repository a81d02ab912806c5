// Any text as the value of a header: visible ASCII as it stands, everything else, and the percent sign, percent-encoded
// as UTF-8. So no two texts become one, no line ends early, and what readers would trim stays.

export function headerText(text: string): string {
  return text.toWellFormed().replaceAll(/[^\x20-\x7e]|%|^ | $/gu, encodeURIComponent)
}
