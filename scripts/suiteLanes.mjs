/**
 * Runs suites in their order, so many side by side: each begins when a lane is free, those of `after` that were chosen too have ended, and
 * what it needs is there, or could not be had.
 */
export async function inLanes(suites, lanes, prepared, run) {
  const waiting = [...suites];
  const running = new Map();
  const settled = new Set();
  const preparing = new Map([...prepared].map(([name, promise]) => [name, settle(promise).then(() => void settled.add(name))]));
  const unended = (name) => waiting.some((suite) => suite.name === name) || running.has(name);
  const isReady = ({ after = [], needs = [] }) => !after.some(unended) && needs.every((name) => settled.has(name));
  while (waiting.length + running.size > 0) {
    const next = running.size < lanes ? waiting.findIndex(isReady) : -1;
    if (next < 0) {
      const unsettled = [...preparing].filter(([name]) => !settled.has(name)).map(([, promise]) => promise);
      await Promise.race([...running.values(), ...unsettled]);
      continue;
    }
    const [suite] = waiting.splice(next, 1);
    running.set(
      suite.name,
      run(suite).finally(() => running.delete(suite.name)),
    );
  }
}

function settle(promise) {
  return promise.then(
    () => undefined,
    () => undefined,
  );
}
