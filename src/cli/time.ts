/** What a run of the command line costs. Not how long it lasts: other work of the machine does not count. */

/** Processor seconds of this process so far, all its threads. */
export const seconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};
