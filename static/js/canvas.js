// The canvas beside the conversation: focus goes in when something opens, and back when it closes.
// htmx fills it; empty means closed (canvas.css).

let opener = null;

const canvas = () => document.getElementById("canvas");
const isCanvas = (element) => element?.id === "canvas";

document.addEventListener("htmx:before:request", (event) => {
  const { target, sourceElement } = event.detail.ctx;
  if (isCanvas(target) && !canvas().contains(sourceElement)) opener = sourceElement;
});

document.addEventListener("htmx:after:settle", (event) => {
  if (!isCanvas(event.target)) return;
  canvas().scrollTop = 0;
  (canvas().querySelector("h2") ?? canvas()).focus({ preventScroll: true });
  canvas().querySelector("mark")?.scrollIntoView({ block: "center" }); // what the answer quotes
});

for (const name of ["htmx:error", "htmx:response:error"]) {
  document.addEventListener(name, (event) => {
    if (isCanvas(event.detail.ctx?.target)) say(canvas().dataset.notOpened);
  });
}

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-close-canvas]")) close();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing || event.defaultPrevented) return;
  if (document.querySelector("dialog[open], :popover-open")) return;
  if (!canvas()?.hasChildNodes()) return;
  event.preventDefault(); // it means nothing else
  close();
});

function close() {
  canvas().replaceChildren();
  if (opener?.isConnected) opener.focus({ preventScroll: true });
  else document.getElementById("scroller")?.focus({ preventScroll: true });
  opener = null;
}

function say(sentence) {
  const text = document.createElement("p");
  text.className = "canvas-body";
  text.textContent = sentence;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet close-canvas";
  button.dataset.closeCanvas = "";
  button.textContent = canvas().dataset.close;
  canvas().replaceChildren(button, text);
}
