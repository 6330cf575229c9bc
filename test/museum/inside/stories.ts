/** Runs in a build: the tests of several files in one process. */

for (const file of process.argv.slice(2)) await import(`../../${file}`);
