// Answers questions about workflows by GitHub's own packages: one JSON line in, one JSON line out, until the input ends.
import { createInterface } from "node:readline";
import { register } from "node:module";
import { pathToFileURL } from "node:url";

// The package imports its schema as bundlers take it; Node wants JSON to be a module.
const AS_MODULES = `
import { readFile } from "node:fs/promises";
export async function load(url, context, next) {
  if (!url.endsWith(".json")) return next(url, context);
  const text = await readFile(new URL(url), "utf8");
  return { format: "module", shortCircuit: true, source: "export default " + text };
}`;
register(`data:text/javascript,${encodeURIComponent(AS_MODULES)}`);

const load = (name) => import(pathToFileURL(`${process.env.ACTIONS_PACKAGES}/node_modules/${name}`).href);
const { Lexer, Parser, Evaluator, data } = await load("@actions/expressions/dist/index.js");
const { parseWorkflow, convertWorkflowTemplate, NoOperationTraceWriter } = await load(
  "@actions/workflow-parser/dist/index.js",
);
const { parseAction } = await load("@actions/workflow-parser/dist/actions/action-parser.js");

const STATUS = ["success", "failure", "cancelled", "always"];

class Unhashed extends Error {}

// hashFiles cannot be awaited inside an expression: what is not known yet is found out, then all is evaluated anew.
async function evaluate({ expression, contexts, status, workspace }) {
  const tokens = new Lexer(expression).lex().tokens;
  const known = new Map();
  const functions = new Map();
  for (const name of STATUS)
    functions.set(name, { name, minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(Boolean(status[name])) });
  const hash = (...patterns) => {
    const wanted = patterns.map((one) => one.coerceString()).join("\n");
    if (!known.has(wanted)) throw Object.assign(new Unhashed(), { wanted });
    return new data.StringData(known.get(wanted));
  };
  functions.set("hashfiles", { name: "hashFiles", minArgs: 1, maxArgs: 255, call: hash });
  const tree = new Parser(tokens, Object.keys(contexts), [...functions.values()]).parse();
  const values = JSON.parse(JSON.stringify(contexts), data.reviver);
  for (;;) {
    try {
      const result = new Evaluator(tree, values, functions).evaluate();
      const asks = tokens.some((one, at) => STATUS.includes(one.lexeme.toLowerCase()) && tokens[at + 1]?.lexeme === "(");
      return {
        value: JSON.parse(JSON.stringify(result, data.replacer)),
        text: result.coerceString(),
        holds: truthy(result),
        asks,
      };
    } catch (error) {
      if (!(error instanceof Unhashed)) throw error;
      known.set(error.wanted, await hashed(error.wanted, workspace));
    }
  }
}

function truthy(result) {
  if (result instanceof data.BooleanData) return result.value;
  if (result instanceof data.NumberData) return result.value !== 0 && !Number.isNaN(result.value);
  if (result instanceof data.StringData) return result.value !== "";
  return !(result instanceof data.Null);
}

async function hashed(patterns, workspace) {
  const { hashFiles } = await load("@actions/glob/lib/glob.js");
  const rooted = patterns.split("\n").map((one) =>
    one.startsWith("!") ? `!${workspace}/${one.slice(1)}` : `${workspace}/${one}`,
  );
  return await hashFiles(rooted.join("\n"), workspace);
}

async function check({ name, content }) {
  const trace = new NoOperationTraceWriter();
  if (name.endsWith("/action.yml")) {
    const { context } = parseAction({ name, content }, trace);
    return { errors: context.errors.getErrors().map((one) => one.message) };
  }
  const { context, value } = parseWorkflow({ name, content }, trace);
  if (value) await convertWorkflowTemplate(context, value);
  return { errors: context.errors.getErrors().map((one) => one.message) };
}

const ANSWERS = { evaluate, check };
for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line);
  let answer;
  try {
    answer = await ANSWERS[question.ask](question);
  } catch (error) {
    answer = { problem: error.message };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
