/** What every node is told before clients begin, such as who its neighbours are. */

import type { Clock } from '../replica/index.ts';
import { Client } from './client.ts';
import { ClusterFailure } from './cluster.ts';
import type { Network } from './network.ts';
import { MalformedReply } from './workload.ts';
import type { SetUpRequest } from './workloads/bench-workload.ts';

export interface SetUpOptions {
  readonly network: Network;
  readonly clock: Clock;
  /** Who asks: a name that no other client has. */
  readonly client: string;
  readonly nodes: readonly string[];
  readonly requestFor: (node: string) => SetUpRequest;
}

/** As long as for `init`. */
const timeoutMs = 10_000;

/** @throws ClusterFailure when a node does not answer, or with anything else than it should */
export async function setUpNodes(options: SetUpOptions): Promise<void> {
  const { network, clock, nodes, requestFor } = options;
  const client = new Client(network, clock, options.client);
  for (const node of nodes) {
    const { request, accept } = requestFor(node);
    const reply = await client.call(node, request, timeoutMs);
    if (reply === null) {
      throw new ClusterFailure(
        `node ${node} did not answer ${request.type} within ${timeoutMs} ms`,
      );
    }
    try {
      accept(reply);
    } catch (error) {
      if (!(error instanceof MalformedReply)) throw error;
      throw new ClusterFailure(
        `node ${node} did not answer ${request.type} as it must: ${error.message}`,
      );
    }
  }
}
