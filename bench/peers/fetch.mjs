// Node's own fetch. It keeps connections and speaks HTTP/1.1.
import { job, run } from "./job.mjs";

async function get() {
   const answer = await fetch(job.url, {
      headers: { Authorization: `Bearer ${job.token}`, Accept: "application/json" },
   });
   if (!answer.ok) throw new Error(`status ${answer.status}`);
   return await answer.json();
}

await run(get, async () => (await get()).items);
