// How many requests may be in handlers at once: further ones are told to come again before they cost anything. The
// likely misreading: this could be counted by the hooks around an answer. A caller that breaks off gets no answer, its
// hooks never run, and 2000 such callers would have closed the house for good; a handler always ends.
import type { Dialect, Route } from '../dialects/dialect.ts'
import { Unavailable } from '../lib/unavailable.ts'

/** The dialect with every handler counted; together at most `most` run. */
export function boundHandlers(most: number): (dialect: Dialect) => Dialect {
  let underWay = 0
  const done = (): void => {
    underWay -= 1
  }

  function bound(route: Route): Route {
    return {
      ...route,
      handle(door, request, reply) {
        if (underWay >= most) return Promise.reject(new Unavailable('too many requests at once'))
        const answer = route.handle(door, request, reply)
        underWay += 1
        answer.then(done, done)
        return answer
      },
    }
  }

  return (dialect) => ({
    ...dialect,
    routes: dialect.routes.map(bound),
    ...(dialect.pages === undefined ? {} : { pages: dialect.pages.map(bound) }),
  })
}
