/**
 * Names of nodes and clients, as JSON. There are few, and each stands in thousands of messages; to
 * ask JSON.stringify for both names of a message takes half as long as to ask it for the body.
 */

const known = new Map<string, string>();

/** Whoever invents names must not fill the memory with them. */
const maxKnown = 1000;
const maxKnownLength = 32;

export function quoteName(name: string): string {
  const quoted = known.get(name);
  return quoted ?? remember(name, JSON.stringify(name));
}

function remember(name: string, quoted: string): string {
  if (name.length > maxKnownLength) return quoted;
  if (known.size >= maxKnown) known.clear();
  known.set(name, quoted);
  return quoted;
}
