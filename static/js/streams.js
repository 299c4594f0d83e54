// What a stream does to its turn besides text: lost connections, stopping, the end.
// The element `.live` is the connection; htmx's hx-sse reports on it.

const LOST = ["htmx:sse:error", "htmx:error", "htmx:response:error"];
// Answers after which there is nothing to wait for; the turn holds a sentence for each.
const FINAL = { 401: "signed-out", 404: "gone" };

const liveTurn = (target) => target?.closest?.(".live")?.closest(".turn");

for (const name of LOST) {
  document.addEventListener(name, (event) => {
    const turn = liveTurn(event.target);
    const status = event.detail.ctx?.response?.status ?? event.detail.status;
    if (turn && status in FINAL) leave(turn, FINAL[status]);
    else if (turn) turn.dataset.connection = "lost";
    revertStop(event.detail.ctx?.sourceElement);
  });
}

function leave(turn, reason) {
  turn.querySelector(":scope > .live").remove();
  turn.dataset.connection = reason;
  announce(turn.querySelector(`.connection-end.${reason}`)?.textContent.trim());
}

document.addEventListener("htmx:sse:after:connection", (event) => {
  delete liveTurn(event.target)?.dataset.connection;
});

document.addEventListener("htmx:sse:close", (event) => {
  const turn = liveTurn(event.target);
  // After the swap that closed it: the turn may just have been replaced by its last state.
  if (turn) setTimeout(() => announceEnd(document.getElementById(turn.id)));
});

// While words come the caret stands and the dot is calm: an animation that runs makes the browser
// draw the page twice for each message. In a pause, or before the first word, they move.
const PAUSE_MS = 700;
const pauses = new WeakMap();
document.addEventListener("htmx:sse:after:message", (event) => {
  const turn = liveTurn(event.target);
  if (!turn) return;
  clearTimeout(pauses.get(turn));
  pauses.set(
    turn,
    setTimeout(() => delete turn.dataset.writing, PAUSE_MS),
  );
  if (!("writing" in turn.dataset)) turn.dataset.writing = "";
});

// A first question leads to the page of its conversation; a quick answer has ended before it opens.
document.addEventListener("oliver:sent", () => remember("asked", "1"));
if (remember("asked", null)) announceEnd([...document.querySelectorAll(".turn")].at(-1));

function announceEnd(turn) {
  if (!turn || turn.querySelector(":scope > .live")) return;
  remember("asked", null);
  delete turn.dataset.connection;
  delete turn.dataset.stopping;
  const ending = turn.querySelector(".status [data-outcome]");
  if (!ending) return;
  const reason = turn.querySelector(".error p:not(.error-title)")?.textContent;
  announce(reason ?? ending.dataset.announcement);
}

function announce(sentence) {
  document.dispatchEvent(new CustomEvent("oliver:announce", { detail: sentence }));
}

// Stop answers at once; the text that is still on its way is the worker's last.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-stop]");
  if (!button) return;
  button.closest(".turn").dataset.stopping = "";
  button.dataset.stop ||= button.textContent;
  button.textContent = button.dataset.stopping;
});

function revertStop(button) {
  if (!button?.matches?.("[data-stop]")) return;
  delete button.closest(".turn").dataset.stopping;
  button.textContent = button.dataset.stop || button.textContent;
}

// Keeps a note from one page to the next (null: takes it away); returns what was noted before.
function remember(name, value) {
  try {
    const before = sessionStorage.getItem(name);
    if (value === null) sessionStorage.removeItem(name);
    else sessionStorage.setItem(name, value);
    return before;
  } catch {
    return null; // forbidden: then nothing is announced
  }
}
