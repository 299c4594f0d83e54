// Versions and edits: the focus stays on the switch from page to page, the address says what is
// shown, and a new version is where the focus goes when the old one leaves the page.

const ASKS = "#composer, [data-retry], [data-edit-form]";
const NOTE = "switched";

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-switch]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  note(`${link.closest("[data-switcher]").dataset.switcher} ${link.dataset.switch}`);
});

const [kind, way] = (note(null) ?? "").split(" ");
// Not before the browser has gone to the fragment: that takes the focus away.
if (way) addEventListener("load", () => setTimeout(() => returnTo(kind, way)));

function returnTo(kind, way) {
  const turn = document.getElementById(location.hash.slice(1));
  const switcher = turn?.querySelector(`[data-switcher="${kind}"]`);
  if (!switcher) return;
  const links = switcher.querySelectorAll("a[data-switch]");
  const link = switcher.querySelector(`a[data-switch="${way}"]`) ?? links[0];
  link?.focus({ preventScroll: true });
  const place = switcher.querySelector(".place .visually-hidden").textContent;
  const words = `${switcher.getAttribute("aria-label")}: ${place}`;
  document.dispatchEvent(new CustomEvent("oliver:announce", { detail: words.trim() }));
}

// What was asked just now is the end of the path that the conversation shows: its plain address.
document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  if (!ctx.sourceElement?.matches?.(ASKS) || ctx.response?.status !== 200) return;
  if (new URLSearchParams(location.search).has("turn")) {
    history.replaceState(history.state, "", location.pathname);
  }
});

// The button that was pressed is gone with its turn.
document.addEventListener("htmx:after:swap", (event) => {
  if (!event.detail.ctx?.sourceElement || document.activeElement !== document.body) return;
  const asked = event.detail.ctx.request?.action ?? "";
  if (!/\/turns\/\d+\/(retry|edit\/)$/.test(asked.split("?")[0])) return;
  const question = [...document.querySelectorAll(".turn h2")].at(-1);
  question?.setAttribute("tabindex", "-1");
  question?.focus({ preventScroll: true });
});

// Keeps a word for the next page (null: takes it away); returns what was kept before.
function note(words) {
  try {
    const before = sessionStorage.getItem(NOTE);
    if (words === null) sessionStorage.removeItem(NOTE);
    else sessionStorage.setItem(NOTE, words);
    return before;
  } catch {
    return null; // forbidden: the focus then starts at the turn
  }
}
