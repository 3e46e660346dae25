import { startTestStack } from '../test-stack.ts';

const stack = await startTestStack();
console.log(JSON.stringify({ directory: stack.directory, pids: [stack.kafka.pid, stack.mongod.pid] }));
