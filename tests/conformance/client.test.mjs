// The real client of Backstage's catalog, reading from a running Waypost (BASE_URL).
import assert from 'node:assert/strict';
import test from 'node:test';
import { CatalogClient, CATALOG_FILTER_EXISTS } from '@backstage/catalog-client';
import { stringifyEntityRef } from '@backstage/catalog-model';

const catalog = new CatalogClient({
  discoveryApi: { getBaseUrl: async id => `${process.env.BASE_URL}/api/${id}` },
  fetchApi: { fetch },
});
const refs = items => items.map(item => item && stringifyEntityRef(item));
const services = { kind: 'component', 'spec.type': 'service' };

test('everything is listed, with uid, etag, namespace and relations', async () => {
  const { items } = await catalog.getEntities();
  assert.equal(items.length, 10);
  for (const { metadata, relations } of items) {
    assert.match(metadata.uid, /^[0-9a-f-]{36}$/);
    assert.ok(metadata.etag && metadata.namespace && Array.isArray(relations));
  }
});

test('filters choose', async () => {
  const { items } = await catalog.getEntities({ filter: services, order: { field: 'metadata.name', order: 'desc' } });
  assert.deepEqual(refs(items), ['component:default/refunds', 'component:default/ledger', 'component:edge/gate']);
  const tagged = await catalog.getEntities({ filter: { 'metadata.tags.java': CATALOG_FILTER_EXISTS }, fields: ['metadata.name'] });
  assert.deepEqual(tagged.items, [{ metadata: { name: 'ledger' } }]);
});

test('a reference finds its entity in any case, and what is not there is undefined', async () => {
  assert.equal((await catalog.getEntityByRef('COMPONENT:default/Ledger')).metadata.name, 'ledger');
  assert.equal(await catalog.getEntityByRef('component:default/nope'), undefined);
  const { items } = await catalog.getEntitiesByRefs({ entityRefs: ['user:default/lin', 'user:default/nope'] });
  assert.deepEqual(refs(items), ['user:default/lin', undefined]);
});

test('cursors of filters and of predicates lead forth and back', async () => {
  for (const asked of [{ filter: services }, { query: { $all: [{ kind: 'component' }, { 'spec.type': 'service' }] } }]) {
    const first = await catalog.queryEntities({ ...asked, limit: 2, orderFields: { field: 'metadata.name', order: 'asc' } });
    const second = await catalog.queryEntities({ cursor: first.pageInfo.nextCursor, limit: 2 });
    const back = await catalog.queryEntities({ cursor: second.pageInfo.prevCursor, limit: 2 });
    assert.deepEqual([first, second].map(page => refs(page.items)), [['component:edge/gate', 'component:default/ledger'], ['component:default/refunds']]);
    assert.deepEqual([first.totalItems, second.totalItems, back.pageInfo.prevCursor], [3, 3, undefined]);
    assert.deepEqual(back.items, first.items);
  }
});

test('a stream gives every page', async () => {
  const found = [];
  for await (const page of catalog.streamEntities({ filter: services, pageSize: 2 })) found.push(...page);
  assert.equal(found.length, 3);
});

test('texts are found', async () => {
  const { items } = await catalog.queryEntities({ fullTextFilter: { term: 'LEDG', fields: ['metadata.name', 'metadata.title'] } });
  assert.deepEqual(refs(items), ['component:default/ledger']);
});

test('facets count', async () => {
  const { facets } = await catalog.getEntityFacets({ facets: ['kind', 'relations.ownedBy'], filter: { kind: 'component' } });
  assert.deepEqual(facets, { kind: [{ value: 'Component', count: 3 }],
    'relations.ownedBy': [{ value: 'group:default/money', count: 2 }, { value: 'user:edge/lin', count: 1 }] });
});

test('ancestry leads to the file', async () => {
  const { rootEntityRef, items } = await catalog.getEntityAncestors({ entityRef: 'component:edge/gate' });
  assert.equal(rootEntityRef, 'component:edge/gate');
  assert.deepEqual(items.map(item => item.parentEntityRefs.length), [1, 1, 0]);
});

test('relations go both ways', async () => {
  const relations = async ref => (await catalog.getEntityByRef(ref)).relations.map(r => `${r.type} ${r.targetRef}`);
  assert.deepEqual(await relations('component:edge/gate'), ['dependsOn component:default/ledger', 'ownedBy user:edge/lin']);
  assert.deepEqual(await relations('component:default/ledger'), ['dependencyOf component:edge/gate', 'ownedBy group:default/money', 'partOf system:default/bank']);
  assert.deepEqual(await relations('group:default/money'), ['hasMember user:default/lin', 'ownerOf component:default/ledger', 'ownerOf component:default/refunds', 'ownerOf system:default/bank']);
});

test('an error has the shape that the client reads', async () => {
  await assert.rejects(catalog.getEntityAncestors({ entityRef: 'component:default/nope' }),
    error => error.name === 'ResponseError' && error.statusCode === 404 && error.cause.name === 'NotFoundError');
  await assert.rejects(catalog.queryEntities({ query: { $nor: [] } }),
    error => error.statusCode === 400 && error.cause.name === 'InputError');
});
