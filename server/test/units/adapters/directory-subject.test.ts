// What identifies an entry, as text and back to what the directory is asked for: nothing is lost, and no two meet.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { boundName } from '../../../src/adapters/directory-dn.ts'
import { subjectText, subjectValue } from '../../../src/adapters/directory-subject.ts'

/** The bytes that a directory is asked for. */
function back(attribute: string, subject: string): Buffer {
  return Buffer.from(subjectValue(attribute, subject))
}

describe('the subject of an entry', () => {
  it('text stays as it is, bytes become digits', () => {
    const uuid = '1b671a64-40d5-491e-99b0-da01ff1f3341'
    assert.equal(subjectText('entryUUID', [uuid]), uuid)
    assert.equal(subjectText('nsUniqueId', [Buffer.from('abc')]), 'abc')
    assert.equal(subjectText('guid', [Buffer.from([0xff, 0x00])]), '0xff00')
    assert.equal(subjectText('uid', ['0xff00']), '0x307866663030')
  })

  it('an objectGUID reads as Active Directory writes it', () => {
    const bytes = Buffer.from('33221100554477668899aabbccddeeff', 'hex')
    assert.equal(subjectText('objectGUID', [bytes]), '00112233-4455-6677-8899-aabbccddeeff')
    assert.deepEqual(back('objectguid', '00112233-4455-6677-8899-aabbccddeeff'), bytes)
  })

  it('none, several, an empty and an endless one are no subject', () => {
    for (const values of [[], ['a', 'b'], [''], ['a'.repeat(256)]]) assert.equal(subjectText('uid', values), undefined)
    assert.equal(subjectText('uid', ['a'.repeat(255)])?.length, 255)
  })

  it('any bytes come back as they were, and no two are one subject', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 100 }),
        fc.constantFrom('entryUUID', 'objectGUID'),
        (value, attribute) => {
          const bytes = Buffer.from(value)
          const subject = subjectText(attribute, [bytes])
          assert.ok(subject)
          if (attribute !== 'objectGUID' || bytes.length === 16) assert.deepEqual(back(attribute, subject), bytes)
        },
      ),
    )
  })
})

describe('the name that somebody binds as', () => {
  it('every special character of a DN is written by its digits (RFC 4514)', () => {
    const template = 'uid={name},ou=people'
    assert.equal(boundName(template, 'ada')?.text, 'uid=ada,ou=people')
    assert.equal(boundName(template, 'a,b')?.text, 'uid=a\\2cb,ou=people')
    assert.equal(boundName(template, '#a "+;<=>\\\0')?.text, 'uid=\\23a \\22\\2b\\3b\\3c\\3d\\3e\\5c\\00,ou=people')
    assert.equal(boundName(template, ' a ')?.text, 'uid=\\20a\\20,ou=people')
    // A replacement pattern is a name like any other.
    assert.equal(boundName(template, '$&$1')?.text, 'uid=$&$1,ou=people')
  })

  it('where nothing can be escaped, only plain names are taken', () => {
    assert.deepEqual(boundName('{name}@corp.example', 'ada.l'), { text: 'ada.l@corp.example', isDn: false })
    for (const name of ['jörg.müller', "o'neil", '阿达', 'a-b_c1']) {
      assert.equal(boundName('{name}@corp.example', name)?.text, `${name}@corp.example`)
    }
    for (const name of ['a@b', 'a,b', 'a b', 'a\\b', 'a\u00adb', 'a(b', 'a*', 'a=b', ''])
      assert.equal(boundName('{name}@corp.example', name), undefined)
  })
})
