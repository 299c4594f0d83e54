// Deleting a conversation asks in a dialog. Without this file its link leads to a page that asks.

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-delete]");
  const dialog = document.getElementById("delete-dialog");
  if (!link || !dialog || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  dialog.querySelector("form").action = link.href;
  dialog.querySelector("[data-title]").textContent = link.dataset.title;
  dialog.showModal();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-close-dialog]");
  if (button) button.closest("dialog").close();
});

// A click beside the dialog lands on the dialog element itself.
document.addEventListener("click", (event) => {
  if (event.target.matches?.("dialog[open]")) event.target.close();
});
