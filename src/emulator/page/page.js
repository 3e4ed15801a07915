// The page for people: what the emulator keeps, what it was asked, and faults to order. It uses the calls below
// /_emulator/ that scripts use, and nothing else. Texts are never taken for HTML.
"use strict";

const pause = 1000; // milliseconds between looks
const most = 500; // calls kept in the page

const usual = [
  ["503 once", { status: 503, times: 1 }],
  ["500 three times", { status: 500, times: 3 }],
  ["429, wait 2 s", { status: 429, times: 1, retry_after: "2" }],
  ["401 once", { status: 401, path: "/v2/*", times: 1 }],
  ["3 s slower, once", { delay: 3, times: 1 }],
  ["Connection reset", { reset: true, times: 1 }],
  ["Created, but no answer", { method: "POST", path: "/v2/connections", after: true, reset: true, times: 1 }],
  ["Answer cut off", { truncate: 20, times: 1 }],
  ["A page of HTML", { status: 502, body: "<html><title>Bad gateway</title></html>", content_type: "text/html", times: 1 }],
];

const state = { calls: [], last: 0, chosenCall: null, connections: [], chosenRef: null, shown: "", listed: "", armed: "" };

const at = (id) => document.getElementById(id);

function make(tag, members, ...children) {
  const element = Object.assign(document.createElement(tag), members);
  element.append(...children);
  return element;
}

async function ask(method, path, body) {
  const answer = await fetch("/_emulator/" + path, {
    method, cache: "no-store",
    headers: body ? { "Content-Type": "application/json" } : {},
    body: body && JSON.stringify(body),
  });
  const value = await answer.json();
  if (!answer.ok) throw new Error(value.developerMessage || value.message || "status " + answer.status);
  return value;
}

function complain(error) {
  at("problem").hidden = !error;
  at("problem").textContent = error ? "The emulator does not do that: " + error.message : "";
}

async function attempt(action) {
  try {
    await action();
    complain(null);
  } catch (error) {
    complain(error);
  }
  await look();
}

// Text as JSON with line breaks, where it is JSON.
function readable(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

const part = (title, text) => [make("h3", { textContent: title }), make("pre", { textContent: text })];

function statusClass(call) {
  if (call.fault) return "warn";
  return call.status >= 200 && call.status < 400 ? "good" : "bad";
}

// ---------------------------------------------------------------- connections

function sends(call) {
  if (call.problem) return "Can't be tested: " + call.problem;
  const lines = [`${call.method} ${call.url}`, ...call.headers];
  if (call.authentication !== "none") lines.push("(with " + call.authentication + ")");
  return lines.join("\n") + (call.body ? "\n\n" + readable(call.body) : "");
}

function showConnection() {
  const item = state.connections.find((one) => one.connection.ref === state.chosenRef);
  const text = JSON.stringify(item ?? null);
  if (!item || text === state.shown) return;
  state.shown = text;
  at("connection").replaceChildren(
    ...part("A test would send", sends(item.call)),
    ...part("Connection", JSON.stringify(item.connection, null, 2)));
}

function listConnections(total) {
  const text = JSON.stringify([state.connections, state.chosenRef]);
  if (text === state.listed) return;
  state.listed = text;
  const focused = document.activeElement?.dataset?.ref;
  at("connections-title").textContent = total > state.connections.length
    ? `Connections (${state.connections.length} of ${total})` : `Connections (${total})`;
  at("list").replaceChildren(...state.connections.map(({ connection }) => {
    const button = make("button", { type: "button" },
      make("span", { className: "name", textContent: connection.name ?? "(no name)" }),
      make("span", { className: "tag", textContent: connection.archived ? "archived" : connection.systemType ?? "" }));
    button.dataset.ref = connection.ref;
    button.setAttribute("aria-current", String(connection.ref === state.chosenRef));
    button.addEventListener("click", () => {
      state.chosenRef = connection.ref;
      state.shown = state.listed = "";
      listConnections(total);
      showConnection();
    });
    return make("li", {}, button);
  }));
  if (focused) at("list").querySelector(`[data-ref="${CSS.escape(focused)}"]`)?.focus();
}

async function lookAtConnections() {
  const { items, total } = await ask("GET", "connections");
  state.connections = items;
  listConnections(total);
  showConnection();
}

// ---------------------------------------------------------------- journal

function matches(call, wanted) {
  if (!wanted) return true;
  const text = [call.method, call.path, call.query, call.status, call.behaviour, call.fault ? "fault" : ""].join(" ").toLowerCase();
  return wanted.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

function showCall(call) {
  const headers = Object.entries(call.headers).map(([name, value]) => `${name}: ${value}`).join("\n");
  const query = call.query ? "?" + call.query : "";
  const cut = call.answerBytes > new TextEncoder().encode(call.answer).length && call.answer !== ""
    ? `\n… ${call.answerBytes} bytes in all` : "";
  const status = call.status === 0 ? "The connection was reset." : `${call.status}, by “${call.behaviour}”`;
  at("call").replaceChildren(make("div", { className: "both" },
    make("div", {}, ...part("Request", `${call.method} ${call.path}${query}\n${headers}` + (call.body ? "\n\n" + readable(call.body) : ""))),
    make("div", {}, ...part("Answer", `${status} (${call.milliseconds} ms)` + (call.fault ? "\nA fault was armed for this call." : "")
      + (call.answer ? "\n\n" + readable(call.answer) + cut : "")))));
}

function listCalls(fresh) {
  const wanted = at("filter").value.trim();
  const focused = document.activeElement?.dataset?.number;
  at("calls").replaceChildren(...state.calls.filter((call) => matches(call, wanted)).map((call) => {
    const button = make("button", { type: "button" },
      make("span", { className: statusClass(call), textContent: call.status || "×" }),
      make("span", { className: "name", textContent: `${call.method} ${call.path}${call.query ? "?" + call.query : ""}` }),
      make("span", { className: "tag", textContent: call.fault ? "fault" : `${call.milliseconds} ms` }));
    button.dataset.number = call.number;
    button.setAttribute("aria-current", String(call.number === state.chosenCall));
    button.addEventListener("click", () => {
      state.chosenCall = call.number;
      showCall(call);
      listCalls(0);
    });
    return make("li", { className: call.number > fresh && fresh > 0 ? "new" : "" }, button);
  }));
  if (focused) at("calls").querySelector(`[data-number="${CSS.escape(focused)}"]`)?.focus();
}

async function lookAtJournal() {
  const answer = await ask("GET", "requests?after=" + state.last);
  const items = answer.items.filter((call) => call.number > state.last); // two looks may be under way at once
  if (items.length === 0) return;
  const before = state.last;
  state.last = items[items.length - 1].number;
  state.calls = [...items.reverse(), ...state.calls].slice(0, most);
  listCalls(before);
}

// ---------------------------------------------------------------- faults, counts

function describe(fault) {
  const where = [fault.method, fault.path].filter(Boolean).join(" ") || "any call";
  const what = [
    fault.status && "status " + fault.status, fault.delay && fault.delay + " s later", fault.reset && "connection reset",
    fault.truncate !== undefined && `cut after ${fault.truncate} bytes`, fault.retry_after && "Retry-After " + fault.retry_after,
    fault.body && "another body", fault.probability && `${fault.probability * 100} % of them`,
  ].filter(Boolean).join(", ");
  return `${where}: ${what}${fault.after ? " (after it was carried out)" : ""}`;
}

async function lookAtFaults() {
  const { items } = await ask("GET", "faults");
  const text = JSON.stringify(items);
  if (text === state.armed) return;
  state.armed = text;
  at("armed").replaceChildren(...items.map(({ fault, left, hits }) => make("li", {}, describe(fault),
    make("small", { textContent: `${left < 0 ? "without end" : left + " more"}, hit ${hits} times` }))));
}

async function lookAtCounts() {
  const counts = await ask("GET", "counts");
  at("counts").replaceChildren(...Object.entries(counts).map(([name, count]) =>
    make("li", {}, make("b", { textContent: count }), make("span", { textContent: name }))));
}

async function look() {
  try {
    await Promise.all([lookAtConnections(), lookAtJournal(), lookAtFaults(), lookAtCounts()]);
    if (document.body.dataset.away) complain(null);
    delete document.body.dataset.away;
  } catch (error) {
    if (!(error instanceof TypeError)) return complain(error);
    document.body.dataset.away = "true";
    complain(new Error("it does not answer any more"));
  }
}

async function watch() {
  if (!document.hidden) await look();
  setTimeout(watch, pause);
}

// ---------------------------------------------------------------- what can be clicked

at("where").textContent = `${location.origin}. It emulates the published behaviour; it is not the service.`;
at("usual").append(...usual.map(([title, fault]) => {
  const button = make("button", { type: "button", textContent: title, title: describe(fault) });
  button.addEventListener("click", () => attempt(() => ask("POST", "fail", fault)));
  return button;
}));
at("heal").addEventListener("click", () => attempt(() => ask("POST", "heal")));
at("seed").addEventListener("click", () => attempt(() => ask("POST", "seed")));
at("reset").addEventListener("click", () => at("confirm").showModal());
at("confirm-no").addEventListener("click", () => at("confirm").close());
at("confirm-yes").addEventListener("click", () => {
  at("confirm").close();
  state.calls = [];
  state.shown = state.listed = "";
  state.chosenRef = state.chosenCall = null;
  at("connection").replaceChildren();
  at("call").replaceChildren();
  attempt(async () => {
    await ask("POST", "reset");
    listCalls(0);
  });
});
at("filter").addEventListener("input", () => listCalls(0));
watch();
