// The official JavaScript SDK in Node.js, told what to do by lines of JSON on its input; each is answered by one line.
//   {"port": 1234, "token": "…", "operation": "getUsersMe", "arguments": [{"expand": ["token"]}]}
//   {"port": 1234, "login": "loginClientCredentialsGrant", "arguments": ["client", "secret"]}
// → {"result": …} or {"rejection": …, "kind": "object", "error": false}
"use strict";

const platform = require(process.argv[2]);
const client = platform.ApiClient.instance;
const apis = Object.keys(platform).filter((name) => name.endsWith("Api")).map((name) => new platform[name]());
client.config.live_reload_config = false;

async function asked(order) {
  client.setGateway({ host: "127.0.0.1", port: order.port, protocol: "http" });
  if ("token" in order) client.setAccessToken(order.token);
  if ("extended" in order) client.setReturnExtendedResponses(order.extended);
  if (order.login) return client[order.login](...order.arguments);
  const api = apis.find((one) => typeof one[order.operation] === "function");
  return api[order.operation](...order.arguments);
}

// An extended rejection holds the whole exchange, which refers to itself.
function once() {
  const seen = new Set();
  return (key, value) => {
    if (typeof value !== "object" || value === null) return value;
    if (seen.has(value)) return "seen";
    seen.add(value);
    return value;
  };
}

async function answered(line) {
  try {
    const result = await asked(JSON.parse(line));
    return { result: result === undefined ? "undefined" : result };
  } catch (rejection) {
    const { body, status, code } = rejection ?? {};
    const shown = rejection instanceof Error ? { message: rejection.message, code, status, body } : rejection;
    return { rejection: shown, kind: typeof rejection, error: rejection instanceof Error };
  }
}

(async () => {
  for await (const line of require("node:readline").createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await answered(line), once())}\n`);
  }
  process.exit(0);
})();
