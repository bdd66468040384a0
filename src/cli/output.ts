/** Standard output and error. A reader that has gone away (`| head`) ends the program quietly. */
const quietly = (stream: NodeJS.WriteStream): void => {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
};

export const openOutput = (): void => {
  quietly(process.stdout);
  quietly(process.stderr);
};

/** Writes to standard output and waits for a slow reader. */
export const print = (text: string): Promise<void> =>
  new Promise((resolve) => {
    if (process.stdout.write(text)) resolve();
    else process.stdout.once('drain', () => resolve());
  });

export const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};
