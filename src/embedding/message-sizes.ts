/** What nodes say to each other has to fit into a message of the network between them. */

import { defaultSettings, type Settings } from '../raft/index.ts';

/** The limit of a network, or none for a node that is alone. */
type Limit = { readonly maxMessageBytes: number } | undefined;

/**
 * So many times as long as itself a command may become in a message: what is escaped takes up to six
 * bytes for one, and something stands beside it.
 */
const commandGrowth = 8;

/** Parts of snapshots are in base64. */
const chunkGrowth = 2;

const growths = { maxAppendBytes: commandGrowth, maxSnapshotChunkBytes: chunkGrowth } as const;

/** @throws TypeError when a command of that length could be too long for a message */
export function checkCommandBytes(network: Limit, maxCommandBytes: number): void {
  const isCount = Number.isSafeInteger(maxCommandBytes) && maxCommandBytes > 0;
  if (isCount && commandGrowth * maxCommandBytes <= (network?.maxMessageBytes ?? Infinity)) return;
  throw new TypeError(
    `maxCommandBytes must be a positive whole number, and at most an eighth of the network's ` +
      `maxMessageBytes ${network?.maxMessageBytes}: ${maxCommandBytes}`,
  );
}

/**
 * The settings of a node: as given, and otherwise the default ones, made smaller where messages are.
 *
 * @throws TypeError when messages would be made that the network does not carry: whoever needs one
 *     would wait for it for ever
 */
export function settingsWithin(network: Limit, given: Partial<Settings> = {}): Settings {
  const settings = { ...defaultSettings, ...given };
  const fitting: { maxAppendBytes?: number; maxSnapshotChunkBytes?: number } = {};
  for (const name of ['maxAppendBytes', 'maxSnapshotChunkBytes'] as const) {
    const most = Math.floor((network?.maxMessageBytes ?? Infinity) / growths[name]);
    if (given[name] !== undefined && given[name] > most) {
      throw new TypeError(
        `settings.${name} must be at most 1/${growths[name]} of the network's maxMessageBytes ` +
          `${network?.maxMessageBytes}: ${given[name]}`,
      );
    }
    fitting[name] = Math.min(settings[name], most);
  }
  return { ...settings, ...fitting };
}
