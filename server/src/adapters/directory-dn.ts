// The name that somebody binds as directly, from the operator's template: a DN, or the name of an Active Directory
// (`{name}@corp.example`, `CORP\{name}`), which has no way to write a character otherwise than as it is.

/** RFC 4514 §2.4: every special character, wherever it stands, as a backslash and two digits of its byte. */
function escapeDnValue(text: string): string {
  const escaped = text.replace(/[\0"#+,;<=>\\]/g, hex)
  return escaped.replace(/^ | $/g, hex)
}

function hex(character: string): string {
  return `\\${character.charCodeAt(0).toString(16).padStart(2, '0')}`
}

export interface BoundName {
  readonly text: string
  readonly isDn: boolean
}

/** Undefined for a name that cannot be part of one. */
export function boundName(template: string, name: string): BoundName | undefined {
  const isDn = template.includes('=')
  if (!isDn && !/^[\p{L}\p{M}\p{N}_.'-]+$/u.test(name)) return undefined
  const part = isDn ? escapeDnValue(name) : name
  return { text: template.replaceAll('{name}', () => part), isDn }
}
