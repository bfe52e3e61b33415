// An unmodified client of a running Waypost (BASE_URL), and what the tests say things with.
import { CatalogClient } from '@backstage/catalog-client';
import { stringifyEntityRef } from '@backstage/catalog-model';
import { setTimeout as sleep } from 'node:timers/promises';

export const catalog = new CatalogClient({
  discoveryApi: { getBaseUrl: async id => `${process.env.BASE_URL}/api/${id}` },
  fetchApi: { fetch: (...request) => (sent.push(request), fetch(...request)) },
});
/** Every request that the client made. */
export const sent = [];
export const ref = entity => entity && stringifyEntityRef(entity);
/** References in alphabetical order, without the Locations that the catalog makes by itself. */
export const refs = items => items.map(ref).filter(text => !text.startsWith('location:default/generated-')).sort();
export const names = items => items.map(entity => entity.metadata.name);
export const relations = entity => entity.relations.map(each => `${each.type} ${each.targetRef}`);

/** Waits until a question has an answer that is true. */
export async function until(ask) {
  for (let tries = 0; ; tries += 1) {
    const answer = await ask();
    if (answer) return answer;
    if (tries > 150) throw new Error(`waited in vain: ${ask}`);
    await sleep(100);
  }
}

/** Holds for the error that the client throws where it was answered with this status and name. */
export const refusal = (status, name) => error =>
  error.name === 'ResponseError' && error.statusCode === status && error.cause.name === name;
