/**
 * A network over TCP, of processes on one host or many. Each node listens at its address, and calls
 * each of the others, so that between two nodes there are two connections, one for each direction.
 *
 * docs/embedding.md says what goes over them, and what protects them: without `tls`, nothing does.
 */

import { randomBytes } from 'node:crypto';
import type { Links, Network, NetworkPlace } from './network.ts';
import { Callers } from './tcp/callers.ts';
import { maxFrameBytes } from './tcp/frames.ts';
import { parseAddress } from './tcp/hello.ts';
import { defaultTcpLimits, type TcpLimits, type TcpNetworkOptions } from './tcp/options.ts';
import { OutgoingLink } from './tcp/outgoing-link.ts';

/**
 * A network of processes over TCP, for the one node of this process. Without `tls` nothing protects
 * it: whoever reaches the port may claim to be a node.
 */
export class TcpNetwork implements Network {
  readonly maxMessageBytes: number;
  readonly #options: TcpNetworkOptions;
  readonly #limits: TcpLimits;
  readonly #addresses: Map<string, string>;
  /** Call the nodes that are added. */
  readonly #onAdded = new Set<(node: string, address: string) => void>();

  /** @throws TypeError when an address is none, or a limit makes no sense */
  constructor(options: TcpNetworkOptions) {
    const { maxMessageBytes, maxWaitingBytes } = { ...defaultTcpLimits, ...options };
    if (!(maxMessageBytes > 0 && maxMessageBytes <= maxFrameBytes)) {
      throw new TypeError(
        `maxMessageBytes must be above 0, and at most ${maxFrameBytes}: ${maxMessageBytes}`,
      );
    }
    if (!(maxWaitingBytes >= maxMessageBytes)) {
      throw new TypeError(
        `maxWaitingBytes ${maxWaitingBytes} must be at least maxMessageBytes ${maxMessageBytes}`,
      );
    }
    this.#options = options;
    this.#limits = { maxMessageBytes, maxWaitingBytes };
    this.maxMessageBytes = maxMessageBytes;
    this.#addresses = new Map(Object.entries(options.addresses));
    for (const [node, address] of this.#addresses) parseAddress(address, `addresses.${node}`);
    if (options.listen !== undefined) parseAddress(options.listen, 'listen');
  }

  /**
   * Tells this node where a new one listens; before it is made a member, and on every node.
   *
   * @throws TypeError when the address is none
   * @throws Error when the node is known, at another address
   */
  addNode(node: string, address: string): void {
    parseAddress(address, `the address of ${node}`);
    const known = this.#addresses.get(node);
    if (known === address) return;
    if (known !== undefined) {
      throw new Error(`${node} is at ${known}; to move it to ${address}, start this node again`);
    }
    this.#addresses.set(node, address);
    for (const tell of this.#onAdded) tell(node, address);
  }

  async open(place: NetworkPlace): Promise<Links> {
    const { id, cluster, isDurable, clock, random } = place;
    const { tls, observer = {}, listen = this.#addresses.get(id) } = this.#options;
    if (listen === undefined) {
      throw new TypeError(`addresses has no ${id}, which is this node: where does it listen?`);
    }
    const links = new Map<string, OutgoingLink>();
    const callers = await Callers.listen({
      id,
      cluster,
      address: parseAddress(listen),
      tls,
      maxMessageBytes: this.maxMessageBytes,
      clock,
      observer,
      isPeer: (name) => links.has(name),
      onWelcomed: (peer) => links.get(peer)?.hurry(),
      receive: (from, message) => place.receive(from, message),
    });
    const life = randomBytes(8).toString('hex');
    const call = (to: string, address: string): void => {
      const link = { from: id, to, cluster, life, isDurable, tls, clock, random, observer };
      const onLost = (): void => place.lost(to);
      const limits = this.#limits;
      links.set(to, new OutgoingLink({ ...link, address: parseAddress(address), limits, onLost }));
    };
    for (const [node, address] of this.#addresses) if (node !== id) call(node, address);
    const onAdded = (node: string, address: string): void => {
      if (node === id) return;
      call(node, address);
      place.added(node);
    };
    this.#onAdded.add(onAdded);
    return {
      get peers() {
        return [...links.keys()];
      },
      send: (to, message) => links.get(to)?.send(message),
      close: async () => {
        this.#onAdded.delete(onAdded);
        await Promise.all([...links.values()].map((link) => link.close()));
        await callers.close();
      },
    };
  }
}
