// Feedback at an answer: what was done is said, the focus goes into the form and back to the thumb.

document.addEventListener("htmx:after:settle", () => {
  const place = document.querySelector(".feedback[data-said]");
  if (!place) return;
  const words = place.dataset.said;
  place.removeAttribute("data-said");
  document.dispatchEvent(new CustomEvent("oliver:announce", { detail: words }));
});

document.addEventListener("htmx:after:swap", (event) => {
  const source = event.detail.ctx?.sourceElement;
  const asked = event.detail.ctx?.request?.action?.match(/\/turns\/(\d+)\/feedback\//);
  if (!source || !asked || document.activeElement !== document.body) return;
  const place = document.getElementById(`turn-${asked[1]}-feedback`);
  const first = place?.querySelector("form input:not([type=hidden]), form textarea");
  (first ?? place?.querySelector("[aria-pressed=true], .thumb"))?.focus({ preventScroll: !first });
});

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("[data-feedback-form]");
  if (!form || event.key !== "Escape" || event.isComposing) return;
  event.preventDefault();
  form.querySelector("[data-cancel]").click();
});
