/** Runs the bare workflow's worker in a process of its own, as the product does: `<address>` `<task queue>`. */
import { fileURLToPath } from 'node:url';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';

const [address = '', taskQueue = ''] = process.argv.slice(2);
Runtime.install({ logger: new DefaultLogger('ERROR') });
const empty = async (): Promise<string> => 'ok';
const worker = await Worker.create({
  connection: await NativeConnection.connect({ address }),
  taskQueue,
  workflowsPath: fileURLToPath(new URL('./bare-workflow.ts', import.meta.url)),
  activities: { gather: empty, reason: empty, act: empty },
});
const running = worker.run();
console.log('polling');
await running;
