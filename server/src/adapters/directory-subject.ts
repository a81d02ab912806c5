// The subject of an entry as text, and back: what identifies it for good is text in some directories and bytes in
// others. The two never meet: bytes begin with 0x, and text that does so is written as its bytes.

const longestSubject = 255

/** Undefined when there is not exactly one value that can be a subject. */
export function subjectText(attribute: string, values: readonly (string | Buffer)[]): string | undefined {
  const [value] = values
  if (value === undefined || values.length !== 1) return undefined
  const bytes = Buffer.from(value)
  const subject = isGuid(attribute, bytes) ? guidText(bytes) : plainText(bytes) || `0x${bytes.toString('hex')}`
  return bytes.length > 0 && subject.length <= longestSubject ? subject : undefined
}

/** What the directory has to be asked for. */
export function subjectValue(attribute: string, subject: string): string | Buffer {
  if (attribute.toLowerCase() === 'objectguid') return guidBytes(subject)
  return subject.startsWith('0x') ? Buffer.from(subject.slice(2), 'hex') : subject
}

function plainText(bytes: Buffer): string {
  const text = bytes.toString('utf8')
  const isText = Buffer.from(text).equals(bytes) && !/[\p{Cc}\p{Cn}]/u.test(text) && !text.startsWith('0x')
  return isText ? text : ''
}

function isGuid(attribute: string, bytes: Buffer): boolean {
  return attribute.toLowerCase() === 'objectguid' && bytes.length === 16
}

/** As Active Directory itself writes it: the first three parts have their bytes the other way round. */
function guidText(bytes: Buffer): string {
  const hex = swapped(bytes).toString('hex')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

function guidBytes(text: string): Buffer {
  return swapped(Buffer.from(text.replaceAll('-', ''), 'hex'))
}

function swapped(bytes: Buffer): Buffer {
  const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]
  return Buffer.from(order.map((at) => bytes[at] ?? 0))
}
