// Part of the probe: what the browser answers by itself, beside the network: such a promise counts as work until it is settled.

/** Count what these methods of a prototype return: a promise as it is, a request of IndexedDB by its events. */
function count(prototype, names, counted) {
  for (const name of names.filter((word) => typeof prototype?.[word] === 'function')) {
    native.wrap(prototype, name, (method, self, args) => counted(name, Reflect.apply(method, self, args)));
  }
}

const BY_PROMISE = [
  [Blob, ['arrayBuffer', 'bytes', 'text']],
  [self.SubtleCrypto, ['decrypt', 'deriveBits', 'deriveKey', 'digest', 'encrypt', 'exportKey']], // off the page's thread
  [self.SubtleCrypto, ['generateKey', 'importKey', 'sign', 'unwrapKey', 'verify', 'wrapKey']],
  [self.CacheStorage, ['delete', 'has', 'keys', 'match', 'open']],
  [self.Cache, ['add', 'addAll', 'delete', 'keys', 'match', 'matchAll', 'put']],
  [self.IDBFactory, ['databases']],
  [self.StorageManager, ['estimate', 'getDirectory', 'persist', 'persisted']],
  [self.Permissions, ['query']],
  [self.MediaDevices, ['enumerateDevices']],
  [self.LockManager, ['query']],
  [self.CookieStore, ['delete', 'get', 'getAll', 'set']],
  [self.FontFace, ['load']],
];
for (const [type, names] of BY_PROMISE) count(type?.prototype, names, (name, promise) => tracked(name, promise));

const READS = ['count', 'get', 'getAll', 'getAllKeys', 'getKey', 'openCursor', 'openKeyCursor'];
const BY_EVENT = [
  [self.IDBFactory, ['deleteDatabase', 'open']],
  [self.IDBObjectStore, [...READS, 'add', 'clear', 'delete', 'put']],
  [self.IDBIndex, READS],
];

/** A request of IndexedDB is work until its event has come; the next step of a cursor is a request of its own. */
function trackedRequest(name, request) {
  const item = { name: `IndexedDB ${name}` };
  work.add(item);
  const ended = () => {
    work.delete(item);
    markActivity();
  };
  for (const type of ['success', 'error', 'blocked']) native.listen(request, type, ended);
  return request;
}
for (const [type, names] of BY_EVENT) count(type?.prototype, names, trackedRequest);
if (self.IDBDatabase) {
  native.wrap(IDBDatabase.prototype, 'transaction', (open, self, args) => {
    const transaction = Reflect.apply(open, self, args);
    const item = { name: 'an IndexedDB transaction' };
    work.add(item);
    for (const type of ['complete', 'abort']) {
      native.listen(transaction, type, () => {
        work.delete(item);
        markActivity();
      });
    }
    return transaction;
  });
}

// A lock is waited for until it is granted, or the browser has been asked who holds what: then somebody else has it, for as long as they like.
if (self.LockManager) {
  const query = LockManager.prototype.query;
  native.wrap(LockManager.prototype, 'request', (request, self, args) => {
    const granted = args.at(-1);
    if (typeof granted !== 'function') return Reflect.apply(request, self, args);
    const answer = Reflect.apply(request, self, [...args.slice(0, -1), (lock) => {
      const held = granted(lock);
      // Another request may have the lock next. The browser gives it back when it hears of this promise, which is after this `then`.
      if (held && typeof held.then === 'function') held.then(() => {}, () => {}).then(() => {}).then(() => asked(self));
      return held;
    }]);
    asked(self);
    return answer;
  });
  /** What was asked of the browser's locks before this has been answered after it. */
  function asked(locks) {
    void tracked('a lock', Reflect.apply(query, locks, [])).catch(() => {});
  }
}
