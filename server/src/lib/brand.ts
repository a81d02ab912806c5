// Nominal types: a PersonId is a number that came from a person, and no other number fits.

declare const brand: unique symbol

export type Branded<Value, Name extends string> = Value & { readonly [brand]: Name }
