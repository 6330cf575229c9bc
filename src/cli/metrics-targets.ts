/**
 * Tells a Prometheus where a node is to be scraped: a file for its `file_sd_configs`
 * (https://prometheus.io/docs/prometheus/latest/configuration/configuration/#file_sd_config), one for
 * each node in a directory that all share.
 *
 * The file's name depends on the node's name only, so a node that is started again replaces it, and
 * one that was killed is still expected, and missed: that is what an alert is for. Who ends by itself
 * takes its file away.
 */

import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirectories } from '../storage/make-directories.ts';

export interface Target {
  /** Names the file; any text. */
  readonly node: string;
  /** Where the node serves `/metrics`. */
  readonly host: string;
  readonly port: number;
  /**
   * Labels of all that is scraped; those that begin with `__meta_` are for relabelling only. Names
   * are as Prometheus allows them.
   */
  readonly labels: { readonly [name: string]: string };
}

/**
 * Writes the node's file, all at once: a Prometheus that looks meanwhile sees the old one or the new
 * one. Creates the directory if need be. Never throws: what cannot be written is a line in the log.
 *
 * @returns takes the file away again, unless another node has written it since
 */
export function writeTarget(
  directory: string,
  { node, host, port, labels }: Target,
  log: (line: string) => void,
): () => void {
  const file = join(directory, `${fileName(node)}.json`);
  const text = `${JSON.stringify([{ targets: [`${host}:${port}`], labels }], null, 2)}\n`;
  const draft = `${file}.${process.pid}.draft`; // is not *.json, so nobody takes it for a target
  try {
    makeDirectories(directory);
    writeFileSync(draft, text);
    renameSync(draft, file);
  } catch (error) {
    remove(draft);
    log(`metrics: no target for Prometheus in ${directory}: ${messageOf(error)}`);
    return () => {};
  }
  return () => {
    try {
      if (readFileSync(file, 'utf8') === text) rmSync(file);
    } catch {
      // It is gone already, or the directory is: nobody is told of this node any more.
    }
  };
}

/** Best effort: what cannot be removed could not be written either. */
function remove(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // Not even its directory is there.
  }
}

/** A name that stays in its directory, whatever the node's is; different for different nodes. */
function fileName(node: string): string {
  return `raftwright-${encodeURIComponent(node)}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
