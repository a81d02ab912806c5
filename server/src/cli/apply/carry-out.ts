// Does what a plan says, a provider at a time, what is removed last.
import type { ProvidersDesk } from '../desk/desk.ts'
import type { Step, WishedStep } from './plan.ts'

/** The step as it turned out. */
export async function carryOut(desk: ProvidersDesk, step: Step): Promise<Step> {
  if (!('wished' in step)) {
    return step.action === 'remove' ? { ...step, removed: await desk.remove(step.name) } : step
  }
  const { wish, secret } = step.wished
  if (step.present === undefined) await desk.create(wish, secret)
  // Secret and settings in one: no secret is ever for settings that it was not meant for.
  else if (step.action === 'change')
    await desk.change(wish, step.secret === undefined ? undefined : secret, step.present)
  else if (step.secret === 'when-it-differs') return setWhenItDiffers(desk, step)
  return step
}

/** Whether it differed is seen by the time of the last change. */
async function setWhenItDiffers(desk: ProvidersDesk, step: WishedStep): Promise<Step> {
  const { wished, present } = step
  const after = await desk.setSecret(step.name, wished.secret ?? null)
  if (after.changedAt === present?.changedAt) return { ...step, secret: undefined }
  return { ...step, action: 'change', secret: 'set' }
}
