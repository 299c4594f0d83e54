// A page that comes back from the back/forward cache is as old as its last visit: its key may have
// been used, its turns may have company. Drafts survive a reload (drafts.js, edit.js).

addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
