/**
 * Every exhibit of the museum is caught by what is said to catch it. `make museum` lets all nets
 * look for all exhibits instead, which takes longer.
 */

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { after, before, test } from 'node:test';
import { repositoryFile } from '../process.ts';
import { type Exhibit, MovedExhibit, mutate } from './exhibit.ts';
import { control, exhibits, listedCount } from './exhibits/index.ts';
import { nets } from './nets/index.ts';
import { renderPage } from './page.ts';
import { inParallel } from './parallel.ts';
import { isCaught, readRecord } from './record.ts';
import { Workshop } from './workshop.ts';

let workshop: Workshop | null = null;
before(async () => {
  workshop = await Workshop.open([control, ...exhibits]);
});
after(() => workshop?.close());

/** The nets that are said to catch an exhibit and do not. */
async function letsThrough(exhibit: Exhibit): Promise<string[]> {
  assert.ok(workshop !== null);
  return workshop.withBuild(exhibit, async (build) => {
    const idle: string[] = [];
    for (const net of nets) {
      const known = exhibit.caughtBy[net.name];
      if (known === undefined) continue;
      const caught = await net.run(build, { seeds: 1, known, isQuick: true });
      if (caught === null) idle.push(`${net.name}: ${known}`);
    }
    return idle;
  });
}

test('every exhibit is caught', async () => {
  const survivors: string[] = [];
  await inParallel(exhibits, Math.min(2, availableParallelism()), async (exhibit) => {
    const idle = await letsThrough(exhibit);
    const { number, title } = exhibit;
    if (idle.length > 0) survivors.push(`${number} ${title} is not caught by ${idle.join(', ')}`);
  });
  assert.deepEqual(survivors, []);
});

test('no net catches what is no defect', async () => {
  assert.ok(workshop !== null);
  await workshop.withBuild(control, async (build) => {
    for (const net of nets) {
      const [known = null] = exhibits.flatMap(({ caughtBy }) => caughtBy[net.name] ?? []);
      const caught = await net.run(build, { seeds: 1, known, isQuick: true });
      assert.equal(caught, null, net.name);
    }
  });
});

test('each of the fifty is on show, and no two have one number', () => {
  const numbers = exhibits.map(({ number }) => number);
  assert.equal(new Set(numbers).size, numbers.length);
  const listed = numbers.filter((number) => number <= listedCount);
  assert.deepEqual(
    listed,
    listed.map((_, position) => position + 1),
  );
  assert.equal(listed.length, listedCount);
});

test('each exhibit says what catches it', () => {
  const names = nets.map(({ name }) => name);
  for (const { number, caughtBy } of exhibits) {
    const claims = Object.entries(caughtBy);
    assert.ok(claims.length > 0, `exhibit ${number}`);
    for (const [net] of claims) assert.ok(names.includes(net), `exhibit ${number}: ${net}`);
    const { rules } = caughtBy;
    if (rules === undefined) continue;
    assert.ok(existsSync(repositoryFile(`test/scenarios/${rules}.txt`)), rules);
  }
});

test('an exhibit whose text has moved says so', () => {
  const [exhibit] = exhibits;
  assert.ok(exhibit !== undefined);
  assert.throws(() => mutate(exhibit, 'something else'), MovedExhibit);
  const twice = `${exhibit.find}\n${exhibit.find}`;
  assert.throws(() => mutate(exhibit, twice), /stands 2 times/);
  assert.equal(mutate(exhibit, `a ${exhibit.find} b`), `a ${exhibit.replace} b`);
});

test('docs/museum.md is what the exhibits and the record say, and nothing is at large', () => {
  const record = readRecord();
  const page = readFileSync(repositoryFile('docs/museum.md'), 'utf8');
  const wanted = renderPage(exhibits, nets, record);
  assert.equal(page, wanted, 'docs/museum.md is out of date: make museum');
  for (const { number, title } of exhibits) {
    assert.ok(
      Object.values(record[number] ?? {}).some(isCaught),
      `${number} ${title}: make museum`,
    );
  }
});
