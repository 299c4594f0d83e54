// Menus made of <details>: they close on Escape, on a choice and on a click beside them.
// And Escape leaves the title's form as it was.

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    const inside = menu.contains(event.target);
    if (!inside || event.target.closest("a, button")) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details[data-menu][open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
    return;
  }
  event.target.closest?.("form[data-rename]")?.querySelector("[data-cancel]").click();
});

// A drawer would cover the line that offers to undo.
const notice = document.getElementById("notice");
if (notice) {
  new MutationObserver(() => {
    const drawer = document.querySelector(".sidebar:popover-open");
    if (!drawer || !notice.firstElementChild) return;
    drawer.hidePopover();
    notice.querySelector("button")?.focus();
  }).observe(notice, { childList: true });
}
