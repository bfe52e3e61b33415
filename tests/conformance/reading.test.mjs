// What the client reads of the estate: lists, filters, references, ancestors, facets.
import assert from 'node:assert/strict';
import test from 'node:test';
import { CATALOG_FILTER_EXISTS } from '@backstage/catalog-client';
import { catalog, names, ref, refs, refusal, relations, sent } from './client.mjs';

const services = ['component:default/ledger', 'component:default/refunds', 'component:edge/gate'];
const COMPONENTS = [...services, 'component:default/statements'].sort();

test('getEntities gives everything, with uid, etag, namespace and relations', async () => {
  const { items } = await catalog.getEntities();
  assert.deepEqual(new Set(items.map(item => item.kind)), new Set(
    ['API', 'Component', 'Domain', 'Group', 'Location', 'Resource', 'System', 'Template', 'User']));
  assert.equal(refs(items).length, 17);
  for (const { metadata, relations: all } of items) {
    assert.match(metadata.uid, /^[0-9a-f-]{36}$/);
    assert.ok(metadata.etag && metadata.namespace && Array.isArray(all));
    assert.match(metadata.annotations['backstage.io/managed-by-location'], /^(file|url):/);
  }
});

test('filters: and, or, several values, what exists, any case', async () => {
  const asked = async filter => refs((await catalog.getEntities({ filter })).items);
  assert.deepEqual(await asked({ kind: 'component', 'spec.type': 'SERVICE' }), services);
  assert.deepEqual(await asked([{ kind: 'system' }, { kind: 'Domain' }]), ['domain:default/commerce', 'system:default/bank']);
  assert.deepEqual(await asked({ 'spec.type': ['website', 'database'] }), ['component:default/statements', 'resource:default/ledger-db']);
  assert.deepEqual(await asked({ 'metadata.annotations.backstage.io/techdocs-ref': CATALOG_FILTER_EXISTS }), ['component:default/ledger']);
  assert.deepEqual(await asked({ 'metadata.tags.c++': 'true' }), ['component:default/ledger']);
  assert.deepEqual(await asked({ 'metadata.tags': 'java' }), ['component:default/ledger', 'component:default/refunds']);
  assert.deepEqual(await asked({ 'relations.ownedby': 'User:Edge/Lin' }), ['component:edge/gate']);
  assert.deepEqual(await asked({ 'spec.nothing': CATALOG_FILTER_EXISTS, 'spec.ratio': '0.5', 'spec.list.deep': 'value' }), ['component:default/ledger']);
  assert.deepEqual(await asked({ 'metadata.namespace': 'edge' }), ['component:edge/gate', 'user:edge/lin']);
  assert.deepEqual(await asked({ kind: 'nothing' }), []);
});

test('fields, order, limit, offset and after', async () => {
  const filter = { kind: 'component' };
  const fields = ['metadata.name', 'metadata.annotations.example.com/Note', 'spec.none'];
  const { items } = await catalog.getEntities({ filter, fields, order: { field: 'metadata.name', order: 'desc' }, limit: 3 });
  assert.deepEqual(items, [{ metadata: { name: 'Statements' } }, { metadata: { name: 'refunds' } },
    { metadata: { name: 'ledger', annotations: { 'example.com/Note': 'Some Words' } } }]);
  const page = async more => names((await catalog.getEntities({ filter, order: { field: 'metadata.name', order: 'asc' }, ...more })).items);
  assert.deepEqual(await page({ limit: 2, offset: 1 }), ['ledger', 'refunds']);
  assert.deepEqual(await page({ after: Buffer.from('{"limit":2,"offset":2}').toString('base64') }), ['refunds', 'Statements']);
  const several = await page({ order: [{ field: 'spec.lifecycle', order: 'asc' }, { field: 'metadata.name', order: 'desc' }], limit: 9 });
  assert.deepEqual(several, ['refunds', 'Statements', 'ledger', 'gate']);
});

test('one entity, by reference in any case and by name', async () => {
  assert.equal(ref(await catalog.getEntityByRef('COMPONENT:Edge/GATE')), 'component:edge/gate');
  assert.equal(ref(await catalog.getEntityByRef({ kind: 'user', namespace: 'edge', name: 'lin' })), 'user:edge/lin');
  assert.equal(ref(await catalog.getEntityByName({ kind: 'Template', name: 'service' })), 'template:default/service');
  assert.equal(await catalog.getEntityByRef('component:default/none'), undefined);
});

test('many entities by reference, in the order asked for', async () => {
  const entityRefs = ['user:edge/lin', 'user:edge/none', 'component:default/ledger', 'user:edge/lin'];
  const asked = async more => (await catalog.getEntitiesByRefs({ entityRefs, ...more })).items.map(ref);
  assert.deepEqual(await asked({}), ['user:edge/lin', undefined, 'component:default/ledger', 'user:edge/lin']);
  assert.deepEqual(await asked({ filter: { kind: 'user' } }), ['user:edge/lin', undefined, undefined, 'user:edge/lin']);
  assert.deepEqual(await asked({ query: { kind: 'component' }, filter: { 'spec.type': 'service' } }), [undefined, undefined, 'component:default/ledger', undefined]);
  const { items } = await catalog.getEntitiesByRefs({ entityRefs, fields: ['kind'] });
  assert.deepEqual(items[2], { kind: 'Component' });
});

test('1,001 references go out in two requests', async () => {
  const before = sent.length;
  const entityRefs = [...Array(1000).keys()].map(number => `component:default/none-${number}`).concat('component:default/ledger');
  const { items } = await catalog.getEntitiesByRefs({ entityRefs });
  assert.deepEqual([items.length, ref(items[1000]), sent.length - before], [1001, 'component:default/ledger', 2]);
});

test('facets count, by filter and by predicate', async () => {
  const facets = ['kind', 'relations.ownedBy', 'metadata.tags', 'no.such'];
  const counted = { kind: [{ value: 'Component', count: 4 }],
    'relations.ownedBy': [{ value: 'group:default/money', count: 2 }, { value: 'user:default/lin', count: 1 }, { value: 'user:edge/lin', count: 1 }],
    'metadata.tags': [{ value: 'c++', count: 1 }, { value: 'java', count: 2 }], 'no.such': [] };
  assert.deepEqual((await catalog.getEntityFacets({ facets, filter: { kind: 'component' } })).facets, counted);
  assert.deepEqual((await catalog.getEntityFacets({ facets, query: { kind: 'component' } })).facets, counted);
  const both = await catalog.getEntityFacets({ facets: ['kind'], query: { $any: [{ kind: 'api' }, { kind: 'user' }] }, filter: { 'metadata.namespace': 'edge' } });
  assert.deepEqual(both.facets, { kind: [{ value: 'User', count: 1 }] });
});

test('ancestors lead to the file', async () => {
  const { rootEntityRef, items } = await catalog.getEntityAncestors({ entityRef: 'component:edge/gate' });
  const parents = Object.fromEntries(items.map(item => [ref(item.entity), item.parentEntityRefs]));
  assert.equal(rootEntityRef, 'component:edge/gate');
  assert.deepEqual(parents['component:edge/gate'], ['location:default/software']);
  const [top] = parents['location:default/software'];
  assert.match(top, /^location:default\/generated-[0-9a-f]{40}$/);
  assert.deepEqual(parents[top], []);
});

test('relations go both ways, also from what does not exist', async () => {
  const of = async text => relations(await catalog.getEntityByRef(text));
  assert.deepEqual(await of('component:default/ledger'), ['dependencyOf component:default/refunds', 'dependencyOf component:edge/gate',
    'dependsOn resource:default/ledger-db', 'hasPart component:default/refunds', 'ownedBy group:default/money', 'partOf system:default/bank', 'providesApi api:default/payments']);
  assert.deepEqual(await of('group:default/money'), ['childOf group:default/acme', 'hasMember user:default/lin', 'hasMember user:default/max',
    'ownerOf component:default/ledger', 'ownerOf component:default/refunds', 'ownerOf system:default/bank']);
  assert.deepEqual(await of('api:default/payments'), ['apiConsumedBy component:default/statements', 'apiProvidedBy component:default/ledger', 'ownedBy group:default/money-that-is-gone']);
  assert.deepEqual(await of('domain:default/commerce'), ['hasPart system:default/bank', 'ownedBy group:default/acme']);
  assert.deepEqual(await of('template:default/service'), ['ownedBy group:default/platform']);
});

test('lists of references are kept sorted as texts', async () => {
  assert.deepEqual((await catalog.getEntityByRef('user:default/max')).spec.memberOf, ['money', 'platform']);
  assert.deepEqual((await catalog.getEntityByRef('group:default/acme')).spec.children, ['Platform', 'money']);
});

test('errors have the form that the client reads', async () => {
  await assert.rejects(catalog.getEntityAncestors({ entityRef: 'component:default/none' }), refusal(404, 'NotFoundError'));
  await assert.rejects(catalog.getEntityFacets({ facets: [] }), refusal(400, 'InputError'));
  await assert.rejects(catalog.getEntities({ filter: { '': 'x' } }), refusal(400, 'InputError'));
  await assert.rejects(catalog.getEntities({ fields: ['metadata[0]'] }), refusal(400, 'InputError'));
  await assert.rejects(catalog.getEntities({ order: { field: 'kind', order: 'up' } }), refusal(400, 'InputError'));
});

test('every component is found', async () => assert.deepEqual(refs((await catalog.getEntities({ filter: { kind: 'component' } })).items), COMPONENTS));
