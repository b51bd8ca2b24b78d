// One JSON message a line: {post} adds, {ready} waits, {query} answers {ids, total, ms}. Started by minisearch.py.
import readline from "node:readline";
const { default: MiniSearch } = await import(process.argv[2]);

const fields = ["title", "description", "body", "tags"];
const index = new MiniSearch({
  fields,
  searchOptions: { boost: { title: 3, description: 1.5, body: 1, tags: 2 }, combineWith: "AND" },
});

function answer(text) {
  const began = process.hrtime.bigint();
  const results = index.search(text);
  const ids = results.slice(0, 10).map((result) => result.id);
  const ms = Number(process.hrtime.bigint() - began) / 1e6;
  return { ids, total: results.length, ms };
}

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const message = JSON.parse(line);
  if (message.post) index.add(message.post);
  else console.log(JSON.stringify(message.ready ? {} : answer(message.query)));
});
