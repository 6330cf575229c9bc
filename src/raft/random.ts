/**
 * A small seeded generator, so that a core's chance is part of its state: the same seed and inputs
 * give the same run. Not for secrets.
 *
 * A counter that advances by the golden ratio (Weyl sequence), scrambled by the finalizer of
 * MurmurHash3; the construction is SplitMix's (Steele, Lea, Flood 2014), at 32 bits.
 */
export interface Random {
  /** 32 bits, with a sign: V8 keeps such numbers in place. */
  state: number;
}

/** @param seed any number; 32 bits of it count */
export function createRandom(seed: number): Random {
  return { state: seed | 0 };
}

/** A number in [0, 1), uniformly. */
export function nextFraction(random: Random): number {
  random.state = (random.state + 0x9e3779b9) | 0;
  let bits = random.state;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32;
}

/** A whole number in [min, max), uniformly. */
export function nextInteger(random: Random, min: number, max: number): number {
  return min + Math.floor(nextFraction(random) * (max - min));
}
