// sitecore-personalize-tenant-sdk from npm. Its region is the host's name, whatever that is; its token endpoint is fixed,
// so the token is given and its public requestWithAuthCheck replaced by one that asks for none.
import { job, run } from "./job.mjs";

// Loaded only now, so that the job none does not count it to Node's own memory.
const { Client } = await import("sitecore-personalize-tenant-sdk");

const client = new Client({ clientId: "id", clientSecret: "secret", region: job.url.host, accessToken: job.token });
client.requestWithAuthCheck = (request) => request();
const ref = job.url.pathname.split("/").pop();

await run(
   () => client.Connections.GetByRef(ref),
   async () => (await client.Connections.GetAll(job.count, 0)).items,
);
