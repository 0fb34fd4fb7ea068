/** Shows long steps: one line that updates itself on a terminal, plain lines elsewhere. Everything goes to stderr. */

const PLAIN_INTERVAL_MS = 15_000;
const TERMINAL_INTERVAL_MS = 1_000;

/**
 * Runs `work` while saying that it runs. The step's line appears at once and ends with its duration.
 * @template T
 * @param {string} text what is being done: "Installing dependencies"
 * @param {() => Promise<T>} work
 * @param {NodeJS.WriteStream} [out]
 * @returns {Promise<T>}
 */
export async function step(text, work, out = process.stderr) {
  const began = Date.now();
  const line = () => `${text} … ${seconds(began)}`;
  const show = () => out.write(out.isTTY ? `\r\u001b[2K${line()}` : `${line()}\n`);
  out.write(out.isTTY ? `${text} …` : `${text} …\n`);
  const timer = setInterval(show, out.isTTY ? TERMINAL_INTERVAL_MS : PLAIN_INTERVAL_MS);
  let outcome = 'failed after';
  try {
    const result = await work();
    outcome = 'done in';
    return result;
  } finally {
    clearInterval(timer);
    out.write(`${out.isTTY ? '\r\u001b[2K' : ''}${text}: ${outcome} ${seconds(began)}\n`);
  }
}

/** One plain line about what goes on. */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

function seconds(began) {
  return `${Math.round((Date.now() - began) / 1000)} s`;
}
