// Answers one JSON line for each that it reads: what json-rules-engine says of conditions and facts.
import { createRequire } from 'node:module';
import readline from 'node:readline';

const require = createRequire(import.meta.url);
const { Engine } = require('json-rules-engine');

/** Return true or false, or null where the engine itself breaks. */
async function judge({ conditions, facts }) {
  const engine = new Engine([], { allowUndefinedFacts: true });
  try {
    engine.addRule({ conditions, event: { type: 'met' } });
    for (const [name, value] of Object.entries(facts)) engine.addFact(name, () => value);
    const { events } = await engine.run();
    return events.length > 0;
  } catch {
    return null;
  }
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await judge(JSON.parse(line)))}\n`);
}
