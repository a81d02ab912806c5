// Every rule of signing in holds for people of a directory, too, at every door that takes a password.
import { describe } from 'node:test'
import { testSignInMatrix } from '../_kit/sign-in-matrix.ts'
import { missingSlapd } from '../_kit/slapd.ts'
import { openDirectory, waysThroughDirectory } from '../_kit/ways-through-directory.ts'

describe('the sign-in matrix of a directory', { skip: missingSlapd }, () =>
  testSignInMatrix(waysThroughDirectory, openDirectory),
)
