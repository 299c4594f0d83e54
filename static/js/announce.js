// One line for screen readers: other modules dispatch "oliver:announce" with the sentence.

document.addEventListener("oliver:announce", (event) => {
  const line = document.getElementById("announcement");
  if (!line) return;
  // The same sentence twice is only spoken twice when the line was empty in between.
  line.textContent = "";
  requestAnimationFrame(() => {
    line.textContent = event.detail;
  });
});
