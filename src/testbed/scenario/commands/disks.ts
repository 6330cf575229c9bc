/** Disks, crashes and restarts. */

import { type Commands, takeNode, takeNodes, takeRestAsNodes } from '../command.ts';
import { diskModes } from '../disk.ts';
import { demand } from '../fault.ts';
import { formatEntries, formatSnapshot } from '../notation.ts';

export const disks: Commands = {
  disk: {
    usage: 'disk [NODE...] instant|slow|failing|slowSnapshots',
    does:
      'Writes are durable at once, or wait for `sync`, or fail; slow are also snapshots, which ' +
      'wait for `save` and `load`, or these only.',
    run({ world }, words) {
      const nodes = takeNodes(world, words);
      const word = words.next('instant, slow or failing');
      const mode = diskModes.find((candidate) => candidate === word);
      demand(mode !== undefined, `no disk "${word}"; known: ${diskModes.join(' ')}`);
      for (const node of nodes) node.disk.mode = mode;
      return undefined;
    },
  },
  sync: {
    usage: 'sync NODE [COUNT]',
    does: "The node's disk completes its oldest writes, or as many.",
    run({ world }, words) {
      const node = takeNode(world, words);
      const count = words.optionalCount(node.disk.pending.length);
      demand(count > 0, `the disk of ${node.id} has nothing to write`);
      for (let done = 0; done < count; done++) node.sync();
      return undefined;
    },
  },
  weigh: {
    usage: 'weigh NODE BYTES',
    does: 'The next snapshot that the node takes is so long, instead of as long as its commands.',
    run({ world }, words) {
      takeNode(world, words).weighSnapshot(words.count('BYTES'));
      return undefined;
    },
  },
  save: {
    usage: 'save NODE [fails]',
    does: 'The snapshot that the node has taken is durable, or cannot be saved.',
    run({ world }, words) {
      takeNode(world, words).saveSnapshot(words.skip('fails'));
      return undefined;
    },
  },
  load: {
    usage: 'load NODE [for NODE] [lost]',
    does: 'The part of a snapshot that the node wants to send is read, or its driver has lost it.',
    run({ world }, words) {
      const node = takeNode(world, words);
      const peer = words.skip('for') ? words.next('NODE') : null;
      node.loadPart(words.skip('lost'), peer);
      return undefined;
    },
  },
  fail: {
    usage: 'fail NODE [REASON]',
    does: "The node's driver reports that a write has failed.",
    run({ world }, words) {
      const node = takeNode(world, words);
      node.failDisk(words.rest().join(' ') || 'the write failed');
      return undefined;
    },
  },
  crash: {
    usage: 'crash [NODE...] [keeping N parts]',
    does:
      'The node loses its memory and what its disk had not completed, apart from the first ' +
      'parts: term and vote, a part of a snapshot, the truncation, and each entry are one part.',
    run({ world }, words) {
      const nodes = takeNodes(world, words);
      const kept = words.skip('keeping') ? words.count('N') : 0;
      if (!words.skip('part')) words.skip('parts');
      for (const node of nodes) {
        const lost = node.disk.pending.map(({ token }) => token).join(', ');
        node.crash(kept);
        const during = lost === '' ? '' : ` during write ${lost}; parts on disk: ${kept}`;
        world.journal.note('crash', `${node.id} crashes${during}`);
      }
      return undefined;
    },
  },
  restart: {
    usage: 'restart NODE...',
    does: 'The node starts again with what its disk has.',
    run({ world }, words) {
      for (const node of takeRestAsNodes(world, words)) {
        node.restart();
        const { role, currentTerm, votedFor } = node.status;
        const { snapshot } = node.disk;
        const base = snapshot === null ? '' : `snapshot ${formatSnapshot(snapshot.meta)} `;
        const log = formatEntries(node.disk.entries, ' ') || 'empty';
        const vote = votedFor ?? 'nobody';
        world.journal.note(
          'crash',
          `${node.id} restarts as ${role}: term=${currentTerm} vote=${vote} ${base}log ${log}`,
        );
        node.drain();
      }
      return undefined;
    },
  },
};
