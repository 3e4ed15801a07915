// What job.lua is to the contestants in Lua, for those in Node: the same command line, the same jobs.
const [name, url, , token, count, , concurrency] = process.argv.slice(2);

export const job = { name, url: url && new URL(url), token, count: Number(count), concurrency: Number(concurrency) };

if (name === "none") process.exit(0);

async function repeated(retrieve, times) {
   for (let i = 0; i < times; i++) if (!(await retrieve()).name) throw new Error("no name");
}

async function flight(retrieve, times) {
   let left = times;
   const lane = async () => {
      while (left-- > 0) if (!(await retrieve()).name) throw new Error("no name");
   };
   await Promise.all(Array.from({ length: job.concurrency }, lane));
}

// Does it and prints the seconds: `retrieve` brings a connection, `list` an array of them.
export async function run(retrieve, list) {
   const calls = name === "flight" ? flight : repeated;
   if (name === "flight" || name === "sequential") await calls(retrieve, Math.min(200, Math.ceil(job.count / 10)));
   const began = performance.now();
   if (name === "list") {
      let letters = 0;
      const items = await list();
      for (const item of items) letters += item.name.length;
      if (items.length !== job.count || letters <= job.count) throw new Error("not the list");
   } else {
      await calls(retrieve, name === "first" ? 1 : job.count);
   }
   console.log(((performance.now() - began) / 1000).toFixed(6));
}
