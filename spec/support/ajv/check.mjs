// Compiles a JSON Schema in ajv's strict mode and says which documents it refuses.
// Standard input: { schema, documents: { name: document } }; output: { log: [...], refused: { name: [messages] } }.
import { readFileSync } from "node:fs";
import Ajv from "ajv";

const { schema, documents } = JSON.parse(readFileSync(0, "utf8"));
const log = [];
const logger = { log: (...parts) => log.push(parts.join(" ")), warn: (...parts) => log.push(parts.join(" ")),
  error: (...parts) => log.push(parts.join(" ")) };
const validate = new Ajv({ strict: true, allErrors: true, logger }).compile(schema);
const refused = {};
for (const [name, document] of Object.entries(documents))
  if (!validate(document)) refused[name] = validate.errors.map((each) => `${each.instancePath} ${each.message}`);
process.stdout.write(JSON.stringify({ log, refused }));
