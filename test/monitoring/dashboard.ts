/** monitoring/grafana/raftwright.json, as far as tests look at it. */

import { readFileSync } from 'node:fs';
import { repositoryFile } from '../process.ts';

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly datasource?: { readonly type: string; readonly uid: string };
  readonly gridPos: {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
  };
  readonly fieldConfig?: { readonly defaults: { readonly unit: string } };
  readonly targets?: readonly {
    readonly refId: string;
    readonly expr: string;
    readonly legendFormat: string;
    readonly datasource: { readonly uid: string };
  }[];
}

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly schemaVersion: number;
  readonly id: null;
  readonly panels: readonly Panel[];
  readonly annotations: { readonly list: readonly { readonly expr?: string }[] };
  readonly templating: {
    readonly list: readonly {
      readonly name: string;
      readonly type: string;
      readonly definition?: string;
    }[];
  };
}

export const dashboard = JSON.parse(
  readFileSync(repositoryFile('monitoring/grafana/raftwright.json'), 'utf8'),
) as Dashboard;

/** All expressions, with what Grafana would put for its variables. */
export function expressions(): string[] {
  const all = [
    ...dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
    ...dashboard.annotations.list.flatMap(({ expr }) => expr ?? []),
  ];
  return all.map((expression) =>
    expression
      .replaceAll('$__rate_interval', '5m')
      .replaceAll('$job', 'raftwright')
      .replaceAll('$node', '.*'),
  );
}
