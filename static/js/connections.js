// Live streams of all windows of a browser together: over HTTP/1.1 it has six connections to Oliver,
// and with a stream on each nothing else would load. Four are for streams; who comes later waits,
// says so in its turn, and connects when a stream has ended or its window is closed or hidden.
// Browsers have these locks on HTTPS and on this machine; elsewhere nothing is limited.

const LOCKS = ["oliver:stream:1", "oliver:stream:2", "oliver:stream:3", "oliver:stream:4"];
const releases = new WeakMap(); // of `.live` elements that hold a lock

document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  const live = ctx.sourceElement;
  if (!live?.matches?.(".live") || !navigator.locks) return;
  const send = ctx.fetch;
  ctx.fetch = async (...request) => {
    await acquire(live, ctx);
    // At the element: the stream's last message may have taken it off the page.
    live.addEventListener("htmx:sse:close", () => release(live), { once: true });
    let response;
    try {
      response = await send(...request);
    } finally {
      if (!response?.ok) release(live);
    }
    return response;
  };
});

// htmx closes the stream of a hidden window, and opens it again by itself.
document.addEventListener("visibilitychange", () => {
  for (const live of document.querySelectorAll(".live")) {
    if (document.hidden) release(live);
    else if (navigator.locks) acquire(live).catch(() => {});
  }
});

async function acquire(live, ctx) {
  if (releases.has(live)) return;
  const unlock = (await anyFree()) ?? (await nextFree(live, ctx));
  if (releases.has(live) || !live.isConnected) unlock();
  else releases.set(live, unlock);
  if (!live.isConnected) throw new DOMException("The turn is gone.", "AbortError");
}

function release(live) {
  releases.get(live)?.();
  releases.delete(live);
}

async function anyFree() {
  for (const name of LOCKS) {
    const unlock = await lock(name, { ifAvailable: true });
    if (unlock) return unlock;
  }
  return null;
}

async function nextFree(live, ctx) {
  if (ctx) say(live);
  clearTimeout(ctx?.requestTimeout); // that time is for the server
  const waiting = new AbortController();
  const given = LOCKS.map((name) => lock(name, { signal: waiting.signal }));
  const first = await Promise.any(given);
  waiting.abort();
  for (const each of given) {
    each.then((unlock) => unlock === first || unlock()).catch(() => {});
  }
  return first;
}

// Resolves to what unlocks it, or to null.
function lock(name, options) {
  return new Promise((resolve, reject) => {
    const held = (granted) => (granted ? new Promise((unlock) => resolve(unlock)) : resolve(null));
    navigator.locks.request(name, options, held).catch(reject);
  });
}

function say(live) {
  const turn = live.closest(".turn");
  turn.dataset.connection = "waiting";
  const detail = turn.querySelector(".connection-end.waiting")?.textContent.trim();
  document.dispatchEvent(new CustomEvent("oliver:announce", { detail }));
}
