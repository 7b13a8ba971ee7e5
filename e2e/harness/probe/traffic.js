// Part of the probe: numbers what the page sends to Genesys and receives from there.

// ---- requests

const requests = { count: 0, open: new Map(), givenUp: [], queue: new Map() }; // open: number → name; queue: number → send it
const CONNECTIONS = 6; // that Chromium has to one host: what it would queue is queued here, in order, so that the order is known
const absolute = (url) => new URL(url, self.document?.baseURI ?? location.href).href;
const isApi = (url) => config.apis.some((origin) => url.startsWith(origin + '/'));

// The browser gives up the requests of a document that it unloads. What the document asks for upon that is sent now and then, and
// nobody would see what comes of it: it is never sent, but for what is to outlive the document.
let unloading = false;

function started(method, url, body, keepalive = false) {
  const request = ++requests.count;
  const { pathname } = new URL(url);
  requests.open.set(request, `request ${request} (${method} ${pathname})`);
  return note('sent', { request, method, url: masked(url), body: textOf(body), ...(keepalive && { keepalive }) });
}

// Without no-cache Chromium keeps back a GET while another one for the same address is unanswered, in case it can be cached.
const marks = (request) => [['x-hotmic', `${id}/${request}`], ['cache-control', 'no-cache']];

const connectionFree = () => requests.open.size - requests.queue.size < CONNECTIONS;

function launch(request, send, atOnce = maySend()) {
  requests.queue.set(request, send);
  if (connectionFree() && atOnce) return launchNow(request);
}

function launchNow(request) {
  const send = requests.queue.get(request);
  requests.queue.delete(request);
  return send?.();
}

function settled(request, result) {
  if (!requests.open.delete(request)) return;
  if (result.error) requests.givenUp.push(request);
  note('received', { request, ...result });
  const [waiting] = requests.queue.keys();
  if (waiting !== undefined && maySend()) launchNow(waiting);
}

function textOf(body) {
  if (body === null || body === undefined) return '';
  if (typeof body === 'string' || body instanceof URLSearchParams) return masked(String(body).slice(0, 10_000));
  return Object.prototype.toString.call(body);
}

const calls = new WeakMap(); // XMLHttpRequest → {method, url, sync, request, work, aborted}

self.XMLHttpRequest = new Proxy(self.XMLHttpRequest, {
  construct(target, args, newTarget) {
    const xhr = Reflect.construct(target, args, newTarget);
    calls.set(xhr, {});
    native.listen(xhr, 'readystatechange', () => xhr.readyState === 4 && answered(xhr));
    return xhr;
  },
});
XMLHttpRequest.prototype.constructor = self.XMLHttpRequest;

function answered(xhr) {
  const call = calls.get(xhr);
  const error = call.aborted ? 'abort' : clock.expired(xhr) ? 'timeout' : 'network';
  requestEnded(xhr, xhr.status ? { status: xhr.status } : { error });
}

function requestEnded(xhr, result) {
  const call = calls.get(xhr);
  clock.limit(xhr, null);
  work.delete(call.work);
  if (call.request) settled(call.request, result);
  Object.assign(call, { request: 0, work: null });
  markActivity();
}

native.wrap(XMLHttpRequest.prototype, 'open', (open, xhr, args) => {
  const call = calls.get(xhr);
  if (call?.request || call?.work) requestEnded(xhr, { error: 'abort' }); // opened again: the browser drops the first without a word
  Reflect.apply(open, xhr, args);
  if (call) Object.assign(call, { method: String(args[0]).toUpperCase(), url: absolute(args[1]), sync: args[2] === false, aborted: false });
});

native.wrap(XMLHttpRequest.prototype, 'send', (send, xhr, args) => {
  const call = calls.get(xhr);
  if (unloading && call && isApi(call.url ?? '')) return;
  if (!call || xhr.readyState !== 1) return Reflect.apply(send, xhr, args); // throws, or was not made by the page's own constructor
  if (isApi(call.url)) {
    call.request = started(call.method, call.url, args[0]).request;
    for (const [name, value] of marks(call.request)) xhr.setRequestHeader(name, value);
  } else {
    work.add((call.work = { name: `${call.method} ${masked(call.url)}` }));
  }
  const { request } = call;
  clock.limit(xhr, () => launchNow(request));
  try {
    if (!request) return Reflect.apply(send, xhr, args);
    launch(request, () => Reflect.apply(send, xhr, args), call.sync || maySend());
  } catch (error) {
    requestEnded(xhr, { error: 'network' });
    throw error;
  }
});

native.wrap(XMLHttpRequest.prototype, 'abort', (abort, xhr, args) => {
  const call = calls.get(xhr);
  if (call) call.aborted = true;
  if (call?.request) launchNow(call.request);
  Reflect.apply(abort, xhr, args);
  if (call?.request || call?.work) requestEnded(xhr, { error: 'abort' });
});

native.wrap(self, 'fetch', (fetch, self, args) => {
  const [input, init = {}] = args;
  const asked = input instanceof Request ? input : null;
  let url;
  try {
    url = absolute(asked ? asked.url : input);
  } catch {
    return Reflect.apply(fetch, self, args); // the browser refuses it in its own words
  }
  const method = String(init?.method ?? asked?.method ?? 'GET').toUpperCase();
  if (!isApi(url) || (init?.mode ?? asked?.mode) === 'no-cors') {
    return tracked(`${method} ${masked(url)}`, Reflect.apply(fetch, self, args));
  }
  const keepalive = init?.keepalive ?? asked?.keepalive;
  if (unloading && !keepalive) return new Promise(() => {});
  let headers;
  try {
    headers = new Headers(init?.headers ?? asked?.headers);
  } catch {
    return Reflect.apply(fetch, self, args); // the browser refuses it in its own words
  }
  const sent = started(method, url, init?.body, keepalive);
  if (asked?.body && !init?.body) {
    tracked('a request body', asked.clone().text().then((text) => void (sent.body = textOf(text))));
  }
  for (const [name, value] of marks(sent.request)) headers.set(name, value);
  const send = () => Reflect.apply(fetch, self, [input, { ...init, headers }]);
  const signal = init?.signal ?? asked?.signal;
  signal?.addEventListener('abort', () => launchNow(sent.request));
  const answer = new Promise((done, failed) => launch(sent.request, () => send().then(done, failed)));
  return answer.then(
    (response) => {
      settled(sent.request, { status: response.status });
      answers.set(response, sent.request);
      return response;
    },
    (error) => {
      settled(sent.request, { error: whatFailed(error) });
      throw error;
    },
  );
});

const answers = new WeakMap(); // Response → its request
const whatFailed = (error) => ({ AbortError: 'abort', TimeoutError: 'timeout' })[error?.name] ?? 'network';

/** Read a body; one that breaks off is a request without an answer, though its status had come. */
function readBody(read, response, args) {
  const [request, used] = [answers.get(response), response.bodyUsed];
  return Reflect.apply(read, response, args).catch((error) => {
    if (request && !used && error?.name !== 'SyntaxError') note('received', { request, error: whatFailed(error) });
    throw error;
  });
}

for (const name of ['arrayBuffer', 'blob', 'bytes', 'formData', 'json', 'text'].filter((word) => Response.prototype[word])) {
  native.wrap(Response.prototype, name, (read, self, args) => tracked(name, readBody(read, self, args)));
}
// ---- sockets

const sockets = new Map(); // channel → the newest: {k, made, state, frames}; made: how many there were to this channel
const numbered = new WeakMap();
const living = new Map(); // every socket that has not ended → its channel, the oldest first
const silenced = new WeakSet(); // sockets of a page that was mounted again: their end is no event of the new one
let socketCount = 0;

self.WebSocket = new Proxy(native.WebSocket, {
  construct(target, args, newTarget) {
    const socket = Reflect.construct(target, args, newTarget);
    if (isApi(socket.url.replace(/^ws/, 'http'))) follow(socket);
    return socket;
  },
});
native.WebSocket.prototype.constructor = self.WebSocket;

function follow(socket) {
  const channel = new URL(socket.url).pathname.split('/').pop();
  const record = { k: ++socketCount, made: (sockets.get(channel)?.made ?? 0) + 1, state: 'connecting', frames: 0 };
  sockets.set(channel, record);
  numbered.set(socket, record);
  living.set(socket, channel);
  note('socket', { socket: record.k, channel, url: masked(socket.url) });
  native.listen(socket, 'open', () => {
    record.state = 'open';
    note('opened', { socket: record.k });
  });
  native.listen(socket, 'message', (event) => {
    record.frames += 1;
    note('frame', { socket: record.k, i: record.frames, topicName: topicOf(event.data) });
  });
  native.listen(socket, 'close', (event) => {
    if (silenced.has(socket)) return event.stopImmediatePropagation();
    living.delete(socket);
    const own = ['closing', 'dropped'].includes(record.state);
    record.state = 'closed';
    note('closed', { socket: record.k, code: event.code, own });
  });
}

function topicOf(text) {
  try {
    return String(JSON.parse(text).topicName ?? '');
  } catch {
    return '';
  }
}

native.wrap(native.WebSocket.prototype, 'send', (send, socket, args) => {
  Reflect.apply(send, socket, args);
  const record = numbered.get(socket);
  if (record) note('frame-sent', { socket: record.k, text: textOf(args[0]) });
});

native.wrap(native.WebSocket.prototype, 'close', (close, socket, args) => {
  Reflect.apply(close, socket, args);
  const record = numbered.get(socket);
  if (record?.state === 'connecting') record.state = 'dropped';
  if (record?.state === 'open') record.state = 'closing';
});
