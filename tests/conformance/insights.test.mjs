// What the client of Tech Insights reads: checks, their results, facts; and what the real rules engine says of both.
import assert from 'node:assert/strict';
import test from 'node:test';
import { TechInsightsClient } from '@backstage-community/plugin-tech-insights-common/client';
import { parseEntityRef } from '@backstage/catalog-model';
import engine from 'json-rules-engine';

// It keeps answers for two seconds: each asks anew.
const client = () => new TechInsightsClient({
  discoveryApi: { getBaseUrl: async id => `${process.env.BASE_URL}/api/${id}` },
  identityApi: { getCredentials: async () => ({}) },
});
const ids = ['described.text', 'described.pages', 'described.errors'];
const told = results => results.map(each => [each.check.id, each.result]);
const ledger = { namespace: 'default', kind: 'Component', name: 'ledger' };

test('checks have what the frontend draws them by', async () => {
  const checks = await client().getAllChecks();
  assert.deepEqual(checks.map(check => check.id), ids);
  for (const check of checks) {
    assert.equal(check.type, 'json-rules-engine');
    assert.ok(check.name && check.description && check.factIds.length && check.rule.conditions.all.length);
    assert.ok(check.links.every(link => link.title && link.url));
  }
  assert.equal(checks[0].metadata.category, 'meta');
});

test('a run tells what passes first, and leaves out what nobody can say', async () => {
  assert.deepEqual(told(await client().runChecks(ledger)), [['described.text', true], ['described.pages', true]]);
  const refunds = await client().runChecks({ ...ledger, name: 'refunds' });
  assert.deepEqual(told(refunds), [['described.text', false], ['described.pages', false]]);
  assert.deepEqual(told(await client().runChecks({ ...ledger, name: 'Statements' })), [['described.text', false]]);
  assert.deepEqual(told(await client().runChecks(ledger, ['described.pages'])), [['described.pages', true]]);
  assert.deepEqual(await client().runChecks(ledger, []), []);
  assert.deepEqual(await client().runChecks({ ...ledger, name: 'nobody' }), []);
});

test('a check that is not known is a NotFoundError', async () => {
  await assert.rejects(client().runChecks(ledger, ['x']), error =>
    error.statusCode === 404 && error.cause.name === 'NotFoundError'
    && error.cause.message === "Tech insight check with id 'x' is not registered.");
});

test('a bulk run of everything, and of some, answers for each entity', async () => {
  const all = await client().runBulkChecks([]);
  assert.ok(all.length >= 4);
  assert.ok(all.every(each => parseEntityRef(each.entity).kind === each.entity.split(':')[0] && !each.error));
  const found = all.find(each => each.entity === 'component:default/ledger');
  assert.deepEqual(told(found.results), [['described.text', true], ['described.pages', true]]);
  const some = await client().runBulkChecks([ledger, { ...ledger, name: 'refunds' }], [{ id: 'described.text' }]);
  assert.deepEqual(some.map(each => [each.entity, told(each.results)]), [
    ['component:default/ledger', [['described.text', true]]],
    ['component:default/refunds', [['described.text', false]]],
  ]);
});

test('facts are read by schema, newest and of the entity asked for', async () => {
  const schemas = await client().getFactSchemas();
  assert.deepEqual(schemas.map(schema => schema.id), ['scorecard.described', 'meter', 'catalog']);
  assert.deepEqual(schemas[1]['meter.errors'], { type: 'float', description: 'meter.errors (in percent)' });
  const facts = await client().getFacts(ledger, ['catalog', 'scorecard.described', 'none']);
  assert.deepEqual(Object.keys(facts).sort(), ['catalog', 'scorecard.described']);
  assert.equal(facts.catalog.facts['catalog.entity'].descriptionLength, 33);
  assert.deepEqual(facts.catalog.entity, { namespace: 'default', kind: 'component', name: 'ledger' });
  assert.match(facts.catalog.timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00$/);
  assert.deepEqual(facts['scorecard.described'].facts, { 'described.text': true, 'described.pages': true });
});

test('the real rules engine comes to the same, and words it the same', async () => {
  const checks = await client().getAllChecks();
  for (const name of ['ledger', 'refunds']) {
    for (const { check, facts, result } of await client().runChecks({ ...ledger, name })) {
      const running = new engine.Engine();
      const { rule } = checks.find(each => each.id === check.id);
      running.addRule({ conditions: rule.conditions, event: { type: 'noop' } });
      const values = Object.fromEntries(Object.entries(facts).map(([fact, each]) => [fact, each.value]));
      const run = await running.run(values);
      const [judged] = [...run.results, ...run.failureResults];
      assert.equal(judged.result, result);
      assert.deepEqual(check.rule.conditions, judged.conditions.toJSON(false));
    }
  }
});
