/** Networks between nodes. */

export { LocalNetwork, type LocalNetworkOptions } from './local-network.ts';
export type { Links, Network, NetworkPlace } from './network.ts';
export type { TcpNetworkOptions, TcpObserver } from './tcp/options.ts';
export { TcpNetwork } from './tcp-network.ts';
