// Part of the probe: counts the windows that the page opens, and keeps the address of each until a document has come to it.

const windows = new Map(); // window → the address that it is to load
const known = new WeakSet(); // windows that were opened here
let opened = 0; // how many

native.wrap(window, 'open', (open, self, args) => {
  const there = Reflect.apply(open, self, args);
  if (there && there.parent === there && there !== window.top && !known.has(there)) {
    known.add(there);
    opened += 1;
    const url = absolute(args[0] || 'about:blank');
    if (/^https?:/.test(url)) windows.set(there, masked(url));
  }
  return there;
});

/** The addresses of windows that still show nothing. */
function opening() {
  for (const there of [...windows.keys()]) if (there.closed || !isBlank(there)) windows.delete(there);
  return [...windows.values()];
}

function isBlank(there) {
  try {
    return there.location.href === 'about:blank';
  } catch {
    return false; // it has come to another origin
  }
}
