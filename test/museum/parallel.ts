/** Does something for every item, for so many at a time. */
export async function inParallel<T>(
  items: readonly T[],
  jobs: number,
  action: (item: T) => Promise<void>,
): Promise<void> {
  const rest = [...items];
  const work = async (): Promise<void> => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await action(item);
  };
  await Promise.all(Array.from({ length: jobs }, work));
}
