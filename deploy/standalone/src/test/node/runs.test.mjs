import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { inlineTask, simpleTask } from '@io-orkes/conductor-javascript';
import { ended, executor, reached, read, references, register, start, task, unique, until } from './sdk.mjs';

const waiting = (reference) => ({ name: reference, taskReferenceName: reference, type: 'WAIT' });
const twoSteps = () => [
  simpleTask('first', unique('step'), { order: '${workflow.input.order}' }),
  simpleTask('second', unique('step'), { before: '${first.output.number}' }),
];
const complete = (id, reference, output = {}) => executor.updateTaskByRefName(reference, id, 'COMPLETED', output);

test('a run is started and read with its tasks', async () => {
  const steps = twoSteps();
  const name = await register(steps);

  const id = await start(name, { order: 'A-1' }, { correlationId: 'customer 7', priority: 9 });
  const run = await read(id);

  assert.equal(run.workflowId, id);
  assert.equal(run.workflowName, name);
  assert.equal(run.workflowVersion, 1);
  assert.equal(run.status, 'RUNNING');
  assert.equal(run.correlationId, 'customer 7');
  assert.equal(run.priority, 9);
  assert.deepEqual(run.input, { order: 'A-1' });
  assert.equal(run.tasks.length, 1);
  assert.equal(run.tasks[0].referenceTaskName, 'first');
  assert.equal(run.tasks[0].taskType, steps[0].name);
  assert.equal(run.tasks[0].status, 'SCHEDULED');
  assert.deepEqual(run.tasks[0].inputData, { order: 'A-1' });
  assert.equal((await executor.getTask(run.tasks[0].taskId)).taskId, run.tasks[0].taskId);
});

test('a run is started by its name alone, with the input as the body', async () => {
  const name = await register([inlineTask('add', '1 + 1', 'graaljs')]);

  const id = await executor.startWorkflowByName(name, { order: 'A-2' }, 1, 'some customer', 3);

  const run = await ended(id, 'COMPLETED');
  assert.deepEqual(run.input, { order: 'A-2' });
  assert.equal(run.correlationId, 'some customer');
  assert.equal(run.priority, 3);
});

test('an execution answers the output', async () => {
  const add = inlineTask('add', '$.a + 2', 'graaljs');
  add.inputParameters.a = '${workflow.input.a}';
  const name = await register([add], { outputParameters: { sum: '${add.output.result}' } });

  const run = await executor.executeWorkflow({ name, version: 1, input: { a: 40 } }, name, 1, randomUUID());

  assert.equal(run.status, 'COMPLETED');
  assert.deepEqual(run.output, { sum: 42 });
});

test('a signal completes the wait that blocks', async () => {
  const name = await register([waiting('one'), waiting('two')]);

  const blocked = await executor.executeWorkflow(
    { name, version: 1, input: {} }, name, 1, randomUUID(), '', 5, 'DURABLE', 'BLOCKING_TASK');
  const next = await executor.signal(blocked.workflowId, 'COMPLETED', { said: 'go' }, 'BLOCKING_TASK');
  await executor.signalAsync(blocked.workflowId, 'COMPLETED', { said: 'on' });

  assert.ok(blocked.isBlockingTask());
  assert.equal(blocked.getBlockingTask().referenceTaskName, 'one');
  assert.equal(next.getBlockingTask().referenceTaskName, 'two');
  const run = await ended(blocked.workflowId, 'COMPLETED');
  // The SDK wraps the output itself.
  assert.deepEqual(task(run, 'one').outputData, { taskOutput: { said: 'go' } });
  assert.deepEqual(task(run, 'two').outputData, { taskOutput: { said: 'on' } });
});

test('a paused run schedules nothing until it is resumed', async () => {
  const id = await start(await register(twoSteps()));

  await executor.pause(id);
  await complete(id, 'first', { number: 5 });

  const paused = await read(id);
  assert.equal(paused.status, 'PAUSED');
  assert.deepEqual(references(paused), ['first']);
  await executor.resume(id);
  assert.deepEqual((await reached(id, 'second', 'SCHEDULED')).inputData, { before: 5 });
});

test('a terminated run tells the reason, and its tasks are canceled', async () => {
  const id = await start(await register(twoSteps()));

  await executor.terminate(id, 'not wanted any more');

  const run = await read(id);
  assert.equal(run.status, 'TERMINATED');
  assert.equal(run.reasonForIncompletion, 'not wanted any more');
  assert.equal(run.tasks[0].status, 'CANCELED');
});

test('a restart begins again under the same id', async () => {
  const id = await start(await register(twoSteps()), { order: 'A-3' });
  const before = task(await read(id), 'first').taskId;
  await executor.terminate(id, 'once more');

  await executor.restart(id, false);

  const run = await read(id);
  assert.equal(run.status, 'RUNNING');
  assert.equal(run.tasks.length, 1);
  assert.notEqual(run.tasks[0].taskId, before);
});

test('a retry tries the failed task again', async () => {
  const [first] = twoSteps();
  const id = await start(await register([{ ...first, retryCount: 0 }]));
  await executor.updateTaskByRefName('first', id, 'FAILED', {});
  const failed = await ended(id, 'FAILED');

  await executor.retry(id, false);

  const attempt = await reached(id, 'first', 'SCHEDULED');
  assert.equal(attempt.retryCount, 1);
  assert.equal(attempt.retriedTaskId, failed.tasks[0].taskId);
  await complete(id, 'first');
  await ended(id, 'COMPLETED');
});

test('a rerun from a task forgets what came after it', async () => {
  const id = await start(await register(twoSteps()), { order: 'A-4' });
  await complete(id, 'first', { number: 1 });
  await complete(id, 'second');
  const done = await ended(id, 'COMPLETED');

  const again = await executor.reRun(id, {
    reRunFromTaskId: task(done, 'first').taskId,
    taskInput: { order: 'A-5' },
  });

  assert.equal(again, id);
  const run = await read(id);
  assert.deepEqual(references(run), ['first']);
  assert.equal(run.tasks[0].inputData.order, 'A-5');
  await complete(id, 'first', { number: 2 });
  assert.deepEqual((await reached(id, 'second', 'SCHEDULED')).inputData, { before: 2 });
});

test('a run goes back to a task that it has had', async () => {
  const id = await start(await register(twoSteps()));
  await complete(id, 'first', { number: 1 });
  await complete(id, 'second');
  await ended(id, 'COMPLETED');

  await executor.goBackToTask(id, (found) => found.referenceTaskName === 'second');

  assert.equal((await reached(id, 'second', 'SCHEDULED')).inputData.before, 1);
});

test('a skipped task is passed over with the output that is given', async () => {
  const id = await start(await register(twoSteps()));

  await executor.skipTasksFromWorkflow(id, 'second', { taskInput: {}, taskOutput: { instead: true } });
  await complete(id, 'first');

  const run = await ended(id, 'COMPLETED');
  assert.equal(task(run, 'second').status, 'SKIPPED');
  assert.deepEqual(task(run, 'second').outputData, { instead: true });
});

test('runs are found by type and status, in the order that is asked for', async () => {
  const name = await register(twoSteps());
  const ids = [await start(name), await start(name), await start(name)];
  await executor.terminate(ids[0], 'enough');
  const query = `workflowType = '${name}' AND status IN (RUNNING)`;

  const found = await until('two are found', async () => {
    const page = await executor.search(0, 10, query, '*', 'startTime:DESC');
    return page.totalHits === 2 && page;
  });

  assert.deepEqual(found.results.map((summary) => summary.workflowId), [ids[2], ids[1]]);
  assert.equal(found.results[0].workflowType, name);
});

test('runs are listed by their correlation ids', async () => {
  const name = await register(twoSteps());
  const correlationId = unique('customer');
  const id = await start(name, {}, { correlationId });

  const found = await executor.getByCorrelationIds({ correlationIds: [correlationId], workflowNames: [name] });

  assert.deepEqual(found[correlationId].map((run) => run.workflowId), [id]);
});

test('variables and a task are changed together', async () => {
  const name = await register([waiting('one'), waiting('two')]);
  const id = await start(name);
  assert.deepEqual((await executor.updateVariables(id, { colour: 'red' })).variables, { colour: 'red' });

  const run = await executor.updateState(
    id,
    {
      taskReferenceName: 'one',
      variables: { size: 3 },
      taskResult: { status: 'COMPLETED', outputData: { said: 'go' } },
    },
    randomUUID(), 'one', 5);

  assert.deepEqual(run.variables, { colour: 'red', size: 3 });
  assert.deepEqual(task(await read(id), 'one').outputData, { said: 'go' });
  const status = await executor.getWorkflowStatus(id, true, true);
  assert.equal(status.status, 'RUNNING');
  assert.deepEqual(status.variables, { colour: 'red', size: 3 });
});

test('a key starts one run', async () => {
  const name = await register(twoSteps());
  const key = { idempotencyKey: unique('key'), idempotencyStrategy: 'RETURN_EXISTING' };

  const id = await start(name, {}, key);

  assert.equal(await start(name, {}, key), id);
  await assert.rejects(start(name, {}, { ...key, idempotencyStrategy: 'FAIL' }), /Failed to start workflow: .+/);
});

test('a test run takes the outputs of its tasks from mocks', async () => {
  const steps = twoSteps();
  const name = unique('flow');

  const run = await executor.testWorkflow({
    name,
    version: 1,
    workflowDef: { name, version: 1, tasks: steps, timeoutSeconds: 0 },
    taskRefToMockOutput: {
      first: [{ status: 'COMPLETED', output: { number: 1 } }],
      second: [{ status: 'COMPLETED', output: {} }],
    },
  });

  assert.equal(run.status, 'COMPLETED');
  assert.deepEqual(task(run, 'second').inputData, { before: 1 });
});

test('a removed run is gone', async () => {
  const id = await start(await register(twoSteps()));
  await executor.terminate(id, 'to be removed');

  await executor.deleteWorkflow(id, false);

  await assert.rejects(read(id), /Failed to get workflow: .+/);
});
