import type { FaultsOptions } from '../disk/core/faults.ts';
import { FAULT_KINDS, type Fault, type FaultKind } from '../disk/fault-kinds.ts';
import { hashText, type Lanes } from '../disk/image/mix.ts';
import type { PersistenceModel } from '../persistence/model.ts';
import { revertingMounts } from '../persistence/volumes.ts';
import type { Departure } from '../programs/event-loop.ts';
import type { LifeRecord, LifeRequest } from '../programs/program.ts';

/** What one life meets besides its end: all that can go differently on the same disk. */
export interface Conditions {
  /** Calls that fail, in their order. */
  readonly faults?: readonly Fault[];
  /** Where calls that overlap take effect in another order than that in which they were made, by rising steps. */
  readonly order?: readonly Departure[];
}

/** One more thing that goes differently, in a life whose others come before. */
export interface Alternative {
  /** Ops of the life before it. */
  readonly after: number;
  readonly conditions: Conditions;
}

/** How many of a life's calls fail. */
export function failedIn(conditions: Conditions | undefined): number {
  return conditions?.faults?.length ?? 0;
}

/** Whether anything is different at all. */
export function meetsSomething(conditions: Conditions | undefined): conditions is Conditions {
  return (conditions?.faults?.length ?? 0) + (conditions?.order?.length ?? 0) > 0;
}

/** What may be different in one more life on the same disk. */
export interface Leeway {
  /** How one more call may fail; none does if the list is empty. */
  readonly kinds: readonly FaultKind[];
  /** Departures from the order of the calls in one life, at most. */
  readonly orders: number;
}

/**
 * The conditions under which a life is to be lived again: one more of its calls fails, or comes before another that was
 * made earlier. It comes after all that has been different in it before, so that each set of these comes up once.
 */
export function alternativesOf(
  life: LifeRecord,
  conditions: Conditions = {},
  { kinds, orders }: Leeway,
): readonly Alternative[] {
  const { faults = [], order = [] } = conditions;
  const { chances = [], steps } = life;
  const failed = faults.at(-1)?.call ?? 0;
  const departed = order.at(-1)?.step ?? -1;
  const failing = chances
    .slice(Math.max(failed, chancesBefore(life, departed)))
    .flatMap(({ call, after, kinds: possible }) =>
      kinds
        .filter((kind) => possible.includes(kind))
        .map((kind) => ({ after, conditions: { ...conditions, faults: [...faults, { call, kind }] } })),
    );
  const departing = steps
    .filter(({ step, chances: before }) => order.length < orders && step > departed && before >= failed)
    .flatMap(({ step, after, waiting }) =>
      waiting
        .slice(1)
        .map((_, i) => ({ after, conditions: { ...conditions, order: [...order, { step, pick: i + 1 }] } })),
    );
  return [...failing, ...departing];
}

/** How many calls that could have failed come before a departure; none before there is one. */
function chancesBefore({ steps }: LifeRecord, departed: number): number {
  return steps.find(({ step }) => step === departed)?.chances ?? 0;
}

/**
 * What a life is told of failing calls: which do, and what becomes of a file whose sync fails. Undefined where none
 * does, and nobody asks which could.
 */
export function faultsFor(
  model: PersistenceModel,
  conditions: Conditions | undefined,
  counted: boolean,
): FaultsOptions | undefined {
  const faults = conditions?.faults ?? [];
  return faults.length > 0 || counted ? { faults, reverts: revertingMounts(model) } : undefined;
}

/** All that a life is told of what it meets. */
export function metIn(
  model: PersistenceModel,
  conditions: Conditions | undefined,
  counted: boolean,
): Pick<LifeRequest, 'faults' | 'order'> {
  const faults = faultsFor(model, conditions, counted);
  const { order = [] } = conditions ?? {};
  return { ...(faults ? { faults } : {}), ...(order.length > 0 ? { order } : {}) };
}

/**
 * Conditions that are simpler by one step: a departure less from the order of the calls, a call less that fails, or one
 * of them failing in a simpler way.
 */
export function simplerConditions(conditions: Conditions = {}): readonly Conditions[] {
  const { faults = [], order = [] } = conditions;
  const straighter = order.map((_, i) => order.filter((__, j) => j !== i));
  const fewer = faults.map((_, i) => faults.filter((__, j) => j !== i));
  const simpler = faults.flatMap((fault, i) =>
    FAULT_KINDS.slice(0, FAULT_KINDS.indexOf(fault.kind)).map((kind) => faults.with(i, { ...fault, kind })),
  );
  return [
    ...straighter.map((each) => ({ ...conditions, order: each })),
    ...[...fewer, ...simpler].map((each) => ({ ...conditions, faults: each })),
  ].map(withoutEmpty);
}

function withoutEmpty({ faults = [], order = [] }: Conditions): Conditions {
  return { ...(faults.length > 0 ? { faults } : {}), ...(order.length > 0 ? { order } : {}) };
}

/** What no call of the life is fit for, in words: the life is not the one that its conditions were meant for. */
export function unfit(
  { chances = [], steps }: LifeRecord,
  conditions: Conditions | undefined,
): string | undefined {
  const fault = conditions?.faults?.find(({ call, kind }) => !chances[call - 1]?.kinds.includes(kind));
  if (fault) return `call ${fault.call} can't fail with ${fault.kind}`;
  const departure = conditions?.order?.find(
    ({ step, pick }) => !steps.some((each) => each.step === step && each.pick === pick),
  );
  return (
    departure && `after ${departure.step} calls, there are no ${departure.pick + 1} under way to choose from`
  );
}

/** A hash of the conditions, to be paired with that of the state that the life begins on. */
export function conditionsLanes(conditions: Conditions): Lanes {
  return hashText(JSON.stringify(conditions));
}
