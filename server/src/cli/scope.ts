// What a token of our own API may do, as the option of the commands that make one.
import { InvalidArgumentError, Option } from 'commander'
import type { ScopeWord } from '../core/tokens/scope.ts'

const words = Object.keys({ default: true, read: true, introspect: true } satisfies Record<ScopeWord, true>)

export function scopeOption(description: string): Option {
  return new Option('--scope <words>', `${description}; words of ${words.join(', ')}`).argParser((text) => {
    const given = text.split(/[ ,]+/).filter((word) => word !== '')
    if (given.length > 0 && given.every((word) => words.includes(word))) return given.join(' ')
    throw new InvalidArgumentError(`It must be words of ${words.join(', ')}.`)
  })
}
