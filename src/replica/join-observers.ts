/** Several observers as one. */

import type { Observer } from './observer.ts';

type Hook = keyof Observer;
type AnyHook = (...told: readonly unknown[]) => void;

/** Every hook, once; the compiler sees to it that none is missing. */
const hooks: { readonly [H in Hook]-?: true } = {
  onLoaded: true,
  onStep: true,
  onDrain: true,
  onIdle: true,
  onRoleChange: true,
  onSent: true,
  onReceived: true,
  onDropped: true,
  onAnswered: true,
  onTimer: true,
  onSnapshotLoaded: true,
  onApplied: true,
  onSnapshotTaken: true,
  onForwarded: true,
  onHalted: true,
};

/** Tells each of them everything, in their order. A hook that none of them has is absent. */
export function joinObservers(...observers: readonly Observer[]): Observer {
  const joined: { [H in Hook]?: AnyHook } = {};
  for (const hook of Object.keys(hooks) as Hook[]) {
    const told = observers.flatMap((observer) => {
      const tell = observer[hook] as AnyHook | undefined;
      return tell === undefined ? [] : [tell.bind(observer)];
    });
    const [only, ...others] = told;
    if (only === undefined) continue;
    joined[hook] = others.length === 0 ? only : inTurn(told);
  }
  return joined as Observer;
}

function inTurn(told: readonly AnyHook[]): AnyHook {
  return (first, second, third) => {
    for (const tell of told) tell(first, second, third);
  };
}
