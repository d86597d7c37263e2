// Parse KQL and bind it to tables with Kusto's own language service; nothing is executed.
//
//   node bind.cjs FOLDER < request.json
//
// FOLDER holds node_modules. The request is {"tables": {NAME: {COLUMN: TYPE}}, "queries": [TEXT]};
// the answer has, for each query, what the service found wrong, the columns of its result, and
// the values of its string literals.
const fs = require("fs");
const path = require("path");
const vm = require("vm");

const service = path.join(process.argv[2], "node_modules", "@kusto", "language-service-next");
for (const name of ["bridge.min.js", "Kusto.Language.Bridge.min.js"]) {
  const file = path.join(service, name);
  vm.runInThisContext(fs.readFileSync(file, "utf8"), { filename: name });
}
const { GlobalState, KustoCode, Symbols, Syntax } = Kusto.Language;

const items = (list) => Array.from({ length: list ? list.Count : 0 }, (_, n) => list.getItem(n));

const tableOf = ([name, columns]) => {
  const schema = Object.entries(columns).map(([column, type]) => `['${column}']: ${type}`);
  return Symbols.TableSymbol.From(`(${schema.join(", ")})`).WithName(name);
};

const literals = (code) => {
  const found = [];
  const visit = (node) => {
    if (node.Kind === Syntax.SyntaxKind.StringLiteralExpression) found.push(node.LiteralValue);
    for (let n = 0; n < node.ChildCount; n++) {
      const child = node.GetChild(n);
      if (child) visit(child);
    }
  };
  visit(code.Syntax);
  return found;
};

const request = JSON.parse(fs.readFileSync(0, "utf8"));
const tables = Object.entries(request.tables).map(tableOf);
const globals = GlobalState.Default.WithDatabase(new Symbols.DatabaseSymbol.ctor("logs", tables));

const answers = request.queries.map((text) => {
  const code = KustoCode.ParseAndAnalyze(text, globals);
  const result = code.ResultType;
  return {
    wrong: items(code.GetDiagnostics()).map(({ Code, Severity, Message, Start }) => ({
      code: Code,
      severity: Severity,
      message: Message,
      at: Start,
    })),
    columns: Object.fromEntries(
      items(result && result.Columns).map((each) => [each.Name, each.Type.Name]),
    ),
    literals: literals(code),
  };
});
console.log(JSON.stringify(answers));
