import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simpleTask, taskDefinition, workflow } from '@io-orkes/conductor-javascript';
import { completed, ended, executor, metadata, register, start, unique, working } from './sdk.mjs';

test('a definition is read back as it was registered', async () => {
  const definition = {
    ...workflow(unique('flow'), [simpleTask('first', 'reserve', { order: '${workflow.input.order}' })]),
    description: 'Takes an order',
    inputParameters: ['order'],
    outputParameters: { reserved: '${first.output.number}' },
  };
  await metadata.registerWorkflowDef(definition);

  const found = await metadata.getWorkflowDef(definition.name, 1);

  for (const [member, value] of Object.entries(definition).filter(([name]) => name !== 'tasks')) {
    assert.deepEqual(found[member], value, member);
  }
  assert.equal(found.tasks[0].taskReferenceName, 'first');
  assert.deepEqual(found.tasks[0].inputParameters, { order: '${workflow.input.order}' });
});

test('a version that is there is only replaced when that is asked for', async () => {
  const definition = workflow(unique('flow'), [simpleTask('first', 'step', {})]);
  await executor.registerWorkflow(false, definition);

  await assert.rejects(executor.registerWorkflow(false, definition), /Failed to register workflow: .+/);
  await executor.registerWorkflow(true, { ...definition, description: 'changed' });

  assert.equal((await metadata.getWorkflowDef(definition.name)).description, 'changed');
});

test('a faulty definition is refused', async () => {
  const twice = [simpleTask('same', 'step', {}), simpleTask('same', 'step', {})];

  await assert.rejects(register(twice), /Failed to register workflow: .+/);
});

test('a version that is removed is gone', async () => {
  const name = await register([simpleTask('first', 'step', {})]);

  await metadata.unregisterWorkflow(name, 1);

  await assert.rejects(metadata.getWorkflowDef(name, 1), /Failed to get workflow definition/);
  await assert.rejects(start(name), /Failed to start workflow: .+/);
});

test('task definitions are registered, changed, listed and removed', async () => {
  const definition = taskDefinition({ name: unique('task'), retryCount: 2, retryDelaySeconds: 5 });
  await metadata.registerTask(definition);

  assert.equal((await metadata.getTask(definition.name)).retryCount, 2);
  await metadata.updateTask({ ...definition, retryCount: 7 });
  assert.equal((await metadata.getTask(definition.name)).retryCount, 7);
  assert.ok((await metadata.getAllTaskDefs()).some((found) => found.name === definition.name));

  await metadata.unregisterTask(definition.name);
  await assert.rejects(metadata.getTask(definition.name), /Failed to get task/);
});

test('names may have spaces and slashes', async () => {
  const type = unique('send an e-mail/text');
  const definition = workflow(unique('a flow/with slashes'), [simpleTask('first', type, {})]);
  await executor.registerWorkflow(true, definition);
  const id = await start(definition.name);

  await working([{ taskDefName: type, execute: async () => completed({ sent: true }) }], async () => {
    assert.deepEqual((await ended(id, 'COMPLETED')).output, { sent: true });
  });
});
