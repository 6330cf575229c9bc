/** How two nodes find out whether they mean each other, before either believes the other a word. */

import { isIP } from 'node:net';

const protocolVersion = 1;

/** What a hello, and the answer to it, may weigh at most, in bytes. */
export const maxHelloBytes: number = 64 * 1024;

const maxShown = 1000;

export interface Hello {
  readonly protocol: 'raftwright';
  readonly version: number;
  readonly cluster: string;
  readonly from: string;
  readonly to: string;
  /** Tells one process from another that goes by the same name, and one life from the next. */
  readonly life: string;
  /** False for a node that keeps nothing of what it has promised: see `NetworkPlace`. */
  readonly isDurable: boolean;
}

export function helloBody(hello: Omit<Hello, 'protocol' | 'version'>): Uint8Array {
  const whole: Hello = { protocol: 'raftwright', version: protocolVersion, ...hello };
  return new TextEncoder().encode(JSON.stringify(whole));
}

/** @throws Error saying why this is not the hello of a node that can be talked to */
export function parseHello(body: Uint8Array): Hello {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new Error('a hello that is not JSON');
  }
  const { protocol, version, isDurable, ...names } = (value ?? {}) as Partial<Hello>;
  if (protocol !== 'raftwright') throw new Error('the caller does not speak this protocol');
  if (version !== protocolVersion) {
    const other = shown(JSON.stringify(version) ?? 'none');
    throw new Error(`the caller speaks version ${other}, and this node ${protocolVersion}`);
  }
  const { cluster, from, to, life } = names;
  for (const name of [cluster, from, to, life]) {
    if (typeof name !== 'string') throw new Error('a hello that lacks a name');
  }
  if (typeof isDurable !== 'boolean') {
    throw new Error('a hello that does not say whether its node keeps what it promises');
  }
  return value as Hello;
}

/** What a stranger has said, for people: not without end, and in one line. */
export function shown(text: string): string {
  const beginning = text.length <= maxShown ? text : `${text.slice(0, maxShown)}…`;
  return beginning.replace(/\p{Cc}/gu, '?');
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * @param address as `host:port`; the host may be a name, or an address, of version 6 in brackets
 * @param whose what it is the address of, for the error
 * @throws TypeError when it is none
 */
export function parseAddress(address: string, whose = 'this'): Address {
  const match = /^(?:\[([^\]]+)\]|([^:[\]\s]+)):([0-9]{1,5})$/.exec(address);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  const isValid = host !== undefined && port <= 65_535 && (!match?.[1] || isIP(host) === 6);
  if (!isValid || host === undefined) {
    throw new TypeError(
      `an address is host:port, such as 10.0.0.1:7000 or [::1]:7000, and ${whose} is "${address}"`,
    );
  }
  return { host, port };
}
