/** Where builds are made: all exhibits are compiled at once, each next to what it replaces. */

import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryFile } from '../process.ts';
import { type Exhibit, mutate } from './exhibit.ts';
import type { Build } from './net.ts';

const run = promisify(execFile);

/** `raft/reads.ts` with exhibit 3 in it is compiled as `raft/reads.exhibit-3.ts`. */
function nameOf({ file, number }: Exhibit, ending: string): string {
  return file.replace(/\.ts$/, `.exhibit-${number}${ending}`);
}

/** A defect may leave an import without a use; otherwise it has to be sound TypeScript. */
const configuration = {
  extends: './repository.json',
  compilerOptions: {
    rootDir: '.',
    outDir: 'dist',
    declaration: false,
    isolatedDeclarations: false,
    noUnusedLocals: false,
    noUnusedParameters: false,
  },
  include: ['src', 'test'],
};

export class Workshop {
  readonly #directory: string;
  #builds = 0;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  /**
   * Compiles the project and the exhibits.
   *
   * @throws MovedExhibit when an exhibit does not fit the source any more.
   * @throws Error with what the compiler says, when one does not compile.
   */
  static async open(exhibits: readonly Exhibit[]): Promise<Workshop> {
    const directory = mkdtempSync(join(tmpdir(), 'museum-'));
    const workshop = new Workshop(directory);
    process.once('exit', () => workshop.close());
    try {
      for (const folder of ['src', 'test']) {
        cpSync(repositoryFile(folder), join(directory, folder), { recursive: true });
      }
      for (const exhibit of exhibits) {
        const text = readFileSync(join(directory, 'src', exhibit.file), 'utf8');
        writeFileSync(join(directory, 'src', nameOf(exhibit, '.ts')), mutate(exhibit, text));
      }
      await workshop.#compile();
    } catch (error) {
      workshop.close();
      throw error;
    }
    return workshop;
  }

  async #compile(): Promise<void> {
    const at = (name: string): string => join(this.#directory, name);
    symlinkSync(repositoryFile('node_modules'), at('node_modules'));
    cpSync(repositoryFile('package.json'), at('package.json'));
    cpSync(repositoryFile('tsconfig.json'), at('repository.json'));
    writeFileSync(at('tsconfig.json'), JSON.stringify(configuration));
    const compiler = repositoryFile('node_modules/typescript/bin/tsc');
    const args = [compiler, '--project', this.#directory, '--pretty', 'false'];
    await run(process.execPath, args, { cwd: this.#directory }).catch(({ stdout }) => {
      throw new Error(`an exhibit is not sound TypeScript:\n${stdout}`);
    });
  }

  /** Hands out a build with this defect, or without any; it is gone afterwards. */
  async withBuild<T>(exhibit: Exhibit | null, use: (build: Build) => Promise<T>): Promise<T> {
    const directory = join(this.#directory, `build-${++this.#builds}`);
    const dist = join(directory, 'dist');
    cpSync(join(this.#directory, 'dist'), dist, {
      recursive: true,
      filter: (path) => !path.includes('.exhibit-'),
    });
    if (exhibit !== null) {
      const compiled = join(this.#directory, 'dist/src', nameOf(exhibit, '.js'));
      cpSync(compiled, join(dist, 'src', nameOf(exhibit, '.js').replace(/\.exhibit-\d+/, '')));
    }
    for (const name of ['package.json', 'bin']) {
      cpSync(repositoryFile(name), join(directory, name), { recursive: true });
    }
    for (const name of ['src', 'test', 'docs']) {
      symlinkSync(repositoryFile(name), join(directory, name));
    }
    try {
      return await use({ directory });
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }

  close(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
