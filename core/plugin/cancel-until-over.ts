/**
 * Has a statement cancelled until it is over: a cancellation that comes before the server has begun with it hits nothing.
 * @param running ends with the statement, and never rejects
 * @param attempt asks the server to cancel what the session does now
 * @param givesUp whether the session is lost, so that there is nothing to wait for
 */
export const cancelUntilOver = async (
  running: Promise<unknown>,
  attempt: () => Promise<void>,
  everyMs: number,
  givesUp: () => boolean,
): Promise<void> => {
  let over = false;
  const end = running.then(() => {
    over = true;
  });
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      void end.then(() => clearTimeout(timer)).then(resolve);
    });
  // It may be over by itself.
  await pause(0);
  while (!over && !givesUp()) {
    await attempt();
    await pause(everyMs);
  }
};
