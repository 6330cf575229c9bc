/** Ways in which a script can say the same, or something like it, in fewer or shorter lines. */

/** Scripts that may do in place of this one, by what they say in place of the line at `at`. */
type Shortening = (lines: readonly string[], at: number) => readonly (readonly string[])[];

/** In the order in which they are tried. */
export const shortenings: readonly Shortening[] = [
  eachLine(withoutFields),
  eachLine(usualDisk),
  clusterWithLess,
  joinTicks,
  eachLine(timeouts),
  eachLine(fewerTicks),
  eachLine(wholeCommands),
  eachLine(smallerChange),
  settling,
  elections,
];

function eachLine(shorter: (line: string) => readonly string[]): Shortening {
  return (lines, at) =>
    shorter(lines[at] ?? '').map((line) => [...lines.slice(0, at), line, ...lines.slice(at + 1)]);
}

/** `deliver first KIND from A to B FIELDS`: perhaps the fields are not needed, nor `first`. */
function withoutFields(line: string): readonly string[] {
  const [, command, , rest] =
    /^(deliver|duplicate) (first )?(\w+ from \w+ to \w+)/.exec(line) ?? [];
  return command === undefined ? [] : [`${command} ${rest}`, `${command} first ${rest}`];
}

function usualDisk(line: string): readonly string[] {
  const [, crash] = /^(crash \w+) keeping/.exec(line) ?? [];
  return crash === undefined ? [] : [crash];
}

/** A node or a setting less, or another seed. */
function clusterWithLess(lines: readonly string[], at: number): readonly (readonly string[])[] {
  if (at > 0) return [];
  const [cluster = '', ...rest] = lines;
  const words = cluster.split(' ');
  const isNeeded = (word: string): boolean => word === 'cluster' || word === 'n1';
  return words
    .filter((word) => !isNeeded(word))
    .map((word) => [words.filter((other) => other !== word).join(' '), ...rest]);
}

/** An election that is told in more lines than these is looked for from the beginning only. */
const electionLines = 10;

/** What ends with an election may be told in one line. */
function elections(lines: readonly string[], at: number): readonly (readonly string[])[] {
  const [, to] = /^(?:sync|deliver voteResponse.* to|settle) (\w+)/.exec(lines[at] ?? '') ?? [];
  if (to === undefined) return [];
  const scripts: (readonly string[])[] = [];
  for (let from = 1; from < at; from++) {
    if (from > 1 && from < at - electionLines) continue;
    const disks = lines.slice(from, at).filter((line) => line.startsWith('disk '));
    for (const voters of ['', ...votersOf(lines, to)]) {
      for (const shortcut of [`elect ${to}${voters}`, `win ${to}${voters}`]) {
        scripts.push([...lines.slice(0, from), shortcut, ...disks, ...lines.slice(at + 1)]);
      }
    }
  }
  return scripts;
}

/** ` by NODE` for each other node. */
function votersOf([cluster = '']: readonly string[], candidate: string): readonly string[] {
  const [, ...words] = cluster.split(' ');
  return words.flatMap((word) => (word === candidate || word.includes('=') ? [] : [` by ${word}`]));
}

/** Ticks of a node between which nothing happens to it. */
function joinTicks(lines: readonly string[], at: number): readonly (readonly string[])[] {
  const [, node, count] = /^tick (\w+) (\d+)$/.exec(lines[at] ?? '') ?? [];
  if (node === undefined) return [];
  const next = lines.findIndex(
    (line, position) => position > at && line.startsWith(`tick ${node} `),
  );
  const [, more] = /^tick \w+ (\d+)$/.exec(lines[next] ?? '') ?? [];
  if (more === undefined) return [];
  const joined = `tick ${node} ${Number(count) + Number(more)}`;
  const without = lines.filter((_, position) => position !== at && position !== next);
  return [at, next - 1].map((place) => without.toSpliced(place, 0, joined));
}

/** Ticks up to the end of a node's patience. */
function timeouts(line: string): readonly string[] {
  const [, node, count] = /^tick (\w+) (\d+)$/.exec(line) ?? [];
  return node === undefined || Number(count) < 2 ? [] : [`timeout ${node}`, `heartbeat ${node}`];
}

function fewerTicks(line: string): readonly string[] {
  const [, node, text] = /^tick (\w+) (\d+)$/.exec(line) ?? [];
  const count = Number(text);
  if (node === undefined || count < 2) return [];
  const fewer = [1, count >> 2, count >> 1, (3 * count) >> 2, count - 1];
  return [...new Set(fewer)].filter((it) => it > 0 && it < count).map((it) => `tick ${node} ${it}`);
}

function wholeCommands(line: string): readonly string[] {
  const [, propose] = /^(propose \w+ .*) bytes=\d+$/.exec(line) ?? [];
  return propose === undefined ? [] : [propose];
}

/** A change to fewer voters and learners. */
function smallerChange(line: string): readonly string[] {
  const [, start, members] = /^(change \w+ to) (.*)$/.exec(line) ?? [];
  if (start === undefined || members === undefined) return [];
  const words = members.split(' ');
  return words
    .map((_, at) => [start, ...words.toSpliced(at, 1)].join(' '))
    .concat(words.includes('learners') ? `${start} ${members.split(' learners ')[0]}` : []);
}

/** Several deliveries in a row may be all that there is to be delivered. */
function settling(lines: readonly string[], at: number): readonly (readonly string[])[] {
  if (!lines[at]?.startsWith('deliver ')) return [];
  let end = at;
  const nodes = new Set<string>();
  for (; lines[end]?.startsWith('deliver '); end++) {
    const [, from, to] = /from (\w+) to (\w+)/.exec(lines[end] ?? '') ?? [];
    if (from !== undefined && to !== undefined) nodes.add(from).add(to);
  }
  if (end - at < 2) return [];
  const rest = lines.slice(end);
  const settle = [`settle ${[...nodes].join(' ')}`, 'settle'];
  return settle.map((line) => [...lines.slice(0, at), line, ...rest]);
}
